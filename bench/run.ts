import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startBench } from './bench.ts'
import { generator } from './load/generate.ts'
import { probe } from './probe.ts'
import { judge, line, write, type Judged } from './report.ts'
import type { Profile, Scenario } from './scenario.ts'
import { aborts } from './scenarios/aborts.ts'
import { board } from './scenarios/board.ts'
import { coldStart } from './scenarios/cold-start.ts'
import { contacts } from './scenarios/contacts.ts'
import { dailyRun } from './scenarios/daily-run.ts'
import { exporting } from './scenarios/exporting.ts'
import { fillPage } from './scenarios/fill-page.ts'
import { importPeople } from './scenarios/import-people.ts'
import { live } from './scenarios/live.ts'
import { push } from './scenarios/push.ts'
import { queue } from './scenarios/queue.ts'
import { rollups } from './scenarios/rollups.ts'
import { statement } from './scenarios/statement.ts'
import { statistics } from './scenarios/statistics.ts'
import { status } from './scenarios/status.ts'
import { submit } from './scenarios/submit.ts'

const scenarios: readonly Scenario[] = [
  submit,
  statement,
  push,
  dailyRun,
  status,
  board,
  statistics,
  rollups,
  exporting,
  coldStart,
  aborts,
  importPeople,
  contacts,
  queue,
  live,
  fillPage,
]

const { values } = parseArgs({
  options: {
    profile: { type: 'string', default: 'quick' },
    /** Goal ids or scenario names, comma separated. */
    only: { type: 'string' },
  },
})
const profile: Profile = values.profile === 'full' ? 'full' : 'quick'
const wanted = values.only?.split(',')
const chosen = scenarios.filter(
  ({ name, ids }) => !wanted || wanted.some((each) => each === name || ids.includes(each)),
)

const folder = mkdtempSync(join(tmpdir(), 'kangbao-bench-'))
const endProbe = probe(folder)
const judged: Judged[] = []
let exitCode = 0
for (const scenario of chosen) {
  // A database of its own each time: no scenario measures what another left behind.
  const bench = await startBench(mkdtempSync(join(folder, `${scenario.name}-`)), profile)
  try {
    console.log(`… ${scenario.name}`)
    for (const outcome of await scenario.run(bench)) {
      const result = judge(outcome, endProbe())
      judged.push(result)
      console.log(line(result))
    }
  } catch (error) {
    exitCode = 1
    console.error(`${scenario.name} could not be measured:`, error)
  } finally {
    await bench.stop()
  }
}
rmSync(folder, { recursive: true, force: true })

const run = { at: new Date().toISOString(), profile, generator, node: process.version, probe: endProbe() }
write(join(import.meta.dirname, 'out'), run, judged)
console.log(`\n${judged.map(line).join('\n')}\n\nbench/out holds the same as JSON.`)
process.exitCode = judged.some(({ status: each }) => each === 'fail') ? 1 : exitCode
