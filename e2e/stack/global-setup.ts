import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { figure } from '@kangbao/launcher/figure.ts'
import { startStack } from '@kangbao/launcher/stack.ts'

/** One stack for all journeys that leave the clock alone; its addresses go to the workers by the environment. */
export default async function setup(): Promise<() => Promise<void>> {
  // KANGBAO_URLS given: a stack that runs already, for work on one journey.
  if (process.env['KANGBAO_URLS']) return () => Promise.resolve()
  const dataDir = mkdtempSync(join(tmpdir(), 'kangbao-e2e-'))
  const stack = await startStack({ dataDir, hasClockControl: true, isDurable: false, isBuilding: false })
  process.env['KANGBAO_URLS'] = JSON.stringify(stack.urls)
  process.env['KANGBAO_SETUP_TOKEN'] = stack.secrets.setupToken
  process.env['KANGBAO_SUITES'] = join(dataDir, 'suites.json')
  return async () => {
    await stack.stop()
    judgeLog(join(dataDir, 'logs', 'server.log'))
    if (!process.env['KEEP_E2E_DATA']) rmSync(dataDir, { recursive: true, force: true })
  }
}

/** what nobody caught ends the run; a 5xx nobody provoked shows in the figure. */
function judgeLog(file: string): void {
  const lines = readFileSync(file, 'utf8').split('\n')
  const uncaught = lines.filter((line) => line.includes('"closing after a failure"')).length
  const failed = lines.filter((line) => line.includes('"request failed"')).length
  const common = { id: 'R-60', n: lines.length, target: '=0' }
  figure({ ...common, value: uncaught, unit: 'uncaught', ok: uncaught === 0 })
  figure({ ...common, value: failed, unit: 'unprovoked-5xx', ok: failed === 0 })
  if (uncaught > 0) throw new Error('the server ended by something nobody caught; see its log')
}
