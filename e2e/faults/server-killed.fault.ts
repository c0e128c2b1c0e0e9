import { join } from 'node:path'
import { afterAll, beforeAll, it } from 'vitest'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { seeded } from '../demo/city.ts'
import { drawFilings, fileAll } from '../support/load.ts'
import { OwnStack } from '../support/own-stack.ts'
import { atMost, zero } from './harness/figures.ts'
import { History } from './harness/history.ts'
import { drawSeed, Nemesis, planBlows } from './harness/nemesis.ts'
import { sized } from './harness/sizes.ts'
import { foundTenants, judgeFilings } from './harness/tenants.ts'

const submissions = sized(20_000, 200)
const kills = sized(20, 2)
const phones = 50
const readyWithinMs = 3_000

let own: OwnStack
beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('10:00')
})
afterAll(() => own.stop())

it(`R-01: the server is killed ${kills} times in ${submissions} submissions of ${phones} phones in four tenants`, async () => {
  const seed = drawSeed()
  const random = seeded(seed)
  const tenants = await foundTenants(own, 4, phones)
  const history = History.open(join(own.stack.dataDir, 'phones.jsonl'))
  const awayMs: number[] = []
  const nemesis = new Nemesis(planBlows(submissions, kills, random, ['server']), async (name) => {
    awayMs.push(await own.killAndRestart(name))
  })
  const day = civilDayOf(own.now(), 'Asia/Shanghai')
  await fileAll(drawFilings(tenants, submissions, random), day, {
    clients: phones,
    history,
    onAcknowledged: (count) => nemesis.progress(count),
  })
  await nemesis.done()
  history.close()

  await judgeFilings(own, tenants, day, { id: 'R-01', history, seed, inFlight: phones * awayMs.length })
  zero({ id: 'R-01', n: kills, value: kills - awayMs.length, unit: 'kills-not-made', seed })
  atMost(readyWithinMs, {
    id: 'R-01',
    n: kills,
    value: Math.round(Math.max(...awayMs)),
    unit: 'ms-to-ready',
    seed,
  })
})
