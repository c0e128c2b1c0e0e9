import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { until } from '../drivers/http.ts'
import { OwnStack } from '../support/own-stack.ts'
import { dayAnswers, type WorkingOrg } from '../support/working-org.ts'
import { giveShare } from './harness/cpu-share.ts'
import { atLeast, atMost, zero } from './harness/figures.ts'
import { readHistory } from './harness/history.ts'
import { load, type LoadResult, type Phone } from './harness/load.ts'
import { drawSeed } from './harness/nemesis.ts'
import { isFullSize, sized } from './harness/sizes.ts'
import { foundTenants, judgeFilings, readyToFile } from './harness/tenants.ts'

const phones = 200
/** Of server and database together: the driver needs the rest of a small machine. */
const serverCores = 0.5
/** Rates that are tried, each so long, until one is too much. */
const stepSeconds = sized(15, 3)
const firstRate = 100
/** A process that has just begun is slow until what it does often has been compiled. */
const warmSeconds = sized(20, 3)
const mostRate = 6_400
/** Halvings of what is left between a rate that was held and one that was not. */
const refinements = 4
const overloadSeconds = sized(300, 8)
const overload = 5
const leastCapacity = 200
/** A look at a small size is taken on a machine that does other things as well. */
const quickMs = isFullSize ? 300 : 3_000
const acceptedWithinMs = 1_000
const refusedWithinMs = 100
const normalWithinS = 30
const leastGoodput = 0.7

let own: OwnStack
let tenants: WorkingOrg[]
let day: string
let capacity = 0
let takeBackShare: () => Promise<void> = () => Promise.resolve()
beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('10:00')
  tenants = await foundTenants(own, 4, phones)
  await readyToFile(tenants)
  const pids = [own.stack.pidOf('server'), own.databasePid].filter((pid) => pid !== undefined)
  takeBackShare = giveShare(pids, serverCores)
  day = civilDayOf(own.now(), 'Asia/Shanghai')
})
afterAll(async () => {
  await takeBackShare()
  await own?.stop()
})

it('R-38: capacity C, the highest steady rate with p99 ≤ 300 ms and no error', async () => {
  const seed = drawSeed()
  await steady(firstRate, seed, warmSeconds)
  let tooMuch = mostRate
  let p99 = Number.NaN
  const isHeld = async (rate: number): Promise<boolean> => {
    const result = await steady(rate, seed + rate, stepSeconds)
    const holds = isOrdinary(result)
    console.log(`${rate}/s: p99 ${result.all.p99Ms} ms${holds ? '' : ', too much'}`)
    if (holds) [capacity, p99] = [rate, result.all.p99Ms]
    else tooMuch = rate
    return holds
  }
  for (let rate = firstRate; rate < mostRate && (await isHeld(rate));) rate *= 2
  for (let n = 0; n < refinements && capacity > 0; n += 1) await isHeld(Math.round((capacity + tooMuch) / 2))
  const n = capacity * stepSeconds
  atMost(quickMs, { id: 'R-38', n, value: p99, unit: 'ms-p99-at-C', seed })
  atLeast(leastCapacity, { id: 'R-38', n, value: capacity, unit: 'submissions-a-second', seed })
})

it(`R-39: ${overload} times C for ${overloadSeconds} s`, async () => {
  const seed = drawSeed()
  expect(capacity, 'no capacity was measured').toBeGreaterThan(0)
  await readyToFile(tenants)
  const pid = own.stack.pidOf('server')
  const file = join(own.stack.dataDir, 'overload.jsonl')
  const result = await load({
    ...common(),
    seed,
    perSecond: capacity * overload,
    seconds: overloadSeconds,
    history: file,
    areBackAgain: true,
  })
  console.log(JSON.stringify(result))
  const { all, accepted, refused, refusedWithoutTime } = result
  const otherwise = Object.values(result.otherwise).reduce((sum, count) => sum + count, 0)
  const goodput = accepted.count / overloadSeconds / capacity
  const offered = all.count / overloadSeconds / capacity
  const from = performance.now()
  await until(
    'an ordinary second',
    () => ordinarySecond(seed),
    (isSo) => isSo,
    normalWithinS * 2_000,
  )
  const normalS = Math.round((performance.now() - from) / 1_000)
  const restarts = Number(own.stack.pidOf('server') !== pid)

  zero({ id: 'R-39', n: all.count, value: restarts, unit: 'restarts', seed })
  zero({ id: 'R-39', n: all.count, value: otherwise, unit: 'other-than-200-or-503', seed })
  zero({
    id: 'R-39',
    n: refused.count,
    value: refusedWithoutTime,
    unit: 'refusals-without-retry-after',
    seed,
  })
  const history = { operations: readHistory(file) }
  await judgeFilings(own, tenants, day, { id: 'R-39', history, seed, inFlight: Number.MAX_SAFE_INTEGER })
  atMost(normalWithinS, { id: 'R-39', n: 1, value: normalS, unit: 's-until-normal', seed })
  atLeast(overload * 0.95, {
    id: 'R-39',
    n: all.count,
    value: rounded(offered),
    unit: 'times-C-offered',
    seed,
  })
  atLeast(Math.round(leastGoodput * 100), {
    id: 'R-39',
    n: all.count,
    value: Math.round(goodput * 100),
    unit: '%-of-C-goodput',
    seed,
  })
  atMost(acceptedWithinMs, {
    id: 'R-39',
    n: accepted.count,
    value: accepted.p99Ms,
    unit: 'ms-p99-accepted',
    seed,
  })
  atMost(refusedWithinMs, {
    id: 'R-39',
    n: refused.count,
    value: refused.p99Ms,
    unit: 'ms-p99-refused',
    seed,
  })
})

const rounded = (value: number): number => Math.round(value * 100) / 100

const common = () => ({ origin: own.urls.server, phones: phonesOf(tenants) })

const steady = (perSecond: number, seed: number, seconds: number): Promise<LoadResult> =>
  load({ ...common(), perSecond, seconds, seed, history: null, areBackAgain: false })

const isOrdinary = ({ all, accepted }: LoadResult): boolean =>
  accepted.count === all.count && all.p99Ms <= quickMs

async function ordinarySecond(seed: number): Promise<boolean> {
  const result = await steady(Math.min(capacity, 100), seed, 1)
  await sleep(100)
  return isOrdinary(result)
}

/** Phone after phone of another tenant. */
function phonesOf(orgs: readonly WorkingOrg[]): Phone[] {
  const most = Math.max(...orgs.map(({ members }) => members.length))
  return Array.from({ length: most }, (_, i) =>
    orgs.flatMap(({ members, forms }) =>
      members.slice(i, i + 1).map(({ session }) => ({
        memberId: session.me.member?.id ?? '',
        path: `/api/forms/${forms.daily}/submissions/${day}`,
        token: session.token,
        body: JSON.stringify({ answers: dayAnswers(day) }),
      })),
    ),
  ).flat()
}
