import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { seeded } from '../demo/city.ts'
import { until } from '../drivers/http.ts'
import { revisionKey } from '../support/load.ts'
import { OwnStack } from '../support/own-stack.ts'
import { dayAnswers, type WorkingOrg } from '../support/working-org.ts'
import { atLeast, atMost, percentile, zero } from './harness/figures.ts'
import { History } from './harness/history.ts'
import { drawSeed, type Random } from './harness/nemesis.ts'
import { openLoop, put, type Answer } from './harness/open-loop.ts'
import { isFullSize, sized } from './harness/sizes.ts'
import { foundTenants, judgeFilings, readyToFile } from './harness/tenants.ts'

const phones = 200
/** Rates that are tried, each so long, until one is too much. */
const stepSeconds = sized(15, 3)
const firstRate = 25
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
const agent = new Agent({ keepAlive: true, maxSockets: 1_024 })
beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('10:00')
  tenants = await foundTenants(own, 4, phones)
  await readyToFile(tenants)
  day = civilDayOf(own.now(), 'Asia/Shanghai')
})
afterAll(async () => {
  agent.destroy()
  await own?.stop()
})

it('R-38: capacity C, the highest steady rate with p99 ≤ 300 ms and no error', async () => {
  const seed = drawSeed()
  const random = seeded(seed)
  await steady(firstRate, random, 3) // warm
  let tooMuch = mostRate
  let p99 = Number.NaN
  const isHeld = async (rate: number): Promise<boolean> => {
    const answers = await steady(rate, random, stepSeconds)
    const slow = percentile(
      answers.map(({ ms }) => ms),
      0.99,
    )
    const holds = answers.every(({ status }) => status === 200) && slow <= quickMs
    console.log(`${rate}/s: p99 ${Math.round(slow)} ms${holds ? '' : ', too much'}`)
    if (holds) [capacity, p99] = [rate, slow]
    else tooMuch = rate
    return holds
  }
  for (let rate = firstRate; rate < mostRate && (await isHeld(rate));) rate *= 2
  for (let n = 0; n < refinements && capacity > 0; n += 1) await isHeld(Math.round((capacity + tooMuch) / 2))
  atMost(quickMs, {
    id: 'R-38',
    n: capacity * stepSeconds,
    value: Math.round(p99),
    unit: 'ms-p99-at-C',
    seed,
  })
  atLeast(leastCapacity, {
    id: 'R-38',
    n: capacity * stepSeconds,
    value: capacity,
    unit: 'submissions-a-second',
    seed,
  })
})

it(`R-39: ${overload} times C for ${overloadSeconds} s`, async () => {
  const seed = drawSeed()
  const random = seeded(seed)
  expect(capacity, 'no capacity was measured').toBeGreaterThan(0)
  await readyToFile(tenants)
  const pid = own.stack.pidOf('server')
  const history = History.open(join(own.stack.dataDir, 'overload.jsonl'))
  const answers = await openLoop({
    perSecond: capacity * overload,
    seconds: overloadSeconds,
    random,
    // Clients do as they are told, and not all in the same moment.
    onRefused: ({ retryAfterS }) => retryAfterS * 1_000 * (1 + random()),
    send: (n) => file(n, history),
  })
  const accepted = answers.filter(({ status }) => status === 200)
  const refused = answers.filter(({ status }) => status === 503)
  const other = answers.filter(({ status }) => status !== 200 && status !== 503)
  const goodput = accepted.length / overloadSeconds / capacity
  const from = performance.now()
  await until(
    'an ordinary second',
    () => ordinary(random),
    (isOrdinary) => isOrdinary,
    normalWithinS * 2_000,
  )
  const normalS = Math.round((performance.now() - from) / 1_000)
  history.close()

  zero({
    id: 'R-39',
    n: answers.length,
    value: Number(own.stack.pidOf('server') !== pid),
    unit: 'restarts',
    seed,
  })
  zero({ id: 'R-39', n: answers.length, value: other.length, unit: 'other-than-200-or-503', seed })
  zero({
    id: 'R-39',
    n: refused.length,
    value: refused.filter(({ retryAfterS }) => !(retryAfterS > 0)).length,
    unit: 'refusals-without-retry-after',
    seed,
  })
  await judgeFilings(own, tenants, day, { id: 'R-39', history, seed, inFlight: Number.MAX_SAFE_INTEGER })
  atMost(normalWithinS, { id: 'R-39', n: 1, value: normalS, unit: 's-until-normal', seed })
  atLeast(Math.round(leastGoodput * 100), {
    id: 'R-39',
    n: answers.length,
    value: Math.round(goodput * 100),
    unit: '%-of-C-goodput',
    seed,
  })
  atMost(acceptedWithinMs, {
    id: 'R-39',
    n: accepted.length,
    value: p99Of(accepted),
    unit: 'ms-p99-accepted',
    seed,
  })
  atMost(refusedWithinMs, {
    id: 'R-39',
    n: refused.length,
    value: p99Of(refused),
    unit: 'ms-p99-refused',
    seed,
  })
})

const p99Of = (answers: readonly Answer[]): number =>
  Math.round(
    percentile(
      answers.map(({ ms }) => ms),
      0.99,
    ),
  )

const steady = (perSecond: number, random: Random, seconds: number): Promise<Answer[]> =>
  openLoop({ perSecond, seconds, random, send: (n) => file(n) })

async function ordinary(random: Random): Promise<boolean> {
  const answers = await steady(Math.min(capacity, 100), random, 1)
  await sleep(100)
  return answers.every(({ status, ms }) => status === 200 && ms <= quickMs)
}

/** One filing of the next member of the next tenant. */
async function file(n: number, history?: History): Promise<Omit<Answer, 'ms'>> {
  const tenant = tenants[n % tenants.length]
  const member = tenant?.members[Math.floor(n / tenants.length) % tenant.members.length]
  if (!tenant || !member) throw new Error('no phone')
  const reply = await put(agent, {
    url: `${own.urls.server}/api/forms/${tenant.forms.daily}/submissions/${day}`,
    token: member.session.token,
    body: JSON.stringify({ answers: dayAnswers(day) }),
  })
  const body = JSON.parse(reply.text) as { revision?: number; filedAt?: string } // the receipt, or a problem
  if (reply.status === 200 && body.revision && body.filedAt) {
    const value = revisionKey(member.session.me.member?.id ?? '', body.revision, body.filedAt)
    await history?.note({ process: n, kind: 'ok', what: 'file', value })
  }
  return { status: reply.status, retryAfterS: reply.retryAfterS }
}
