import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { getCompleteness, getStatistics } from '@kangbao/shared/contracts/completeness.ts'
import { withClient } from '@kangbao/launcher/postgres.ts'
import { seeded } from '../demo/city.ts'
import { OwnStack } from '../support/own-stack.ts'
import { dayAnswers, type WorkingOrg } from '../support/working-org.ts'
import { atMost, zero } from './harness/figures.ts'
import { drawSeed } from './harness/nemesis.ts'
import { openLoop, type Answer } from './harness/open-loop.ts'
import { phoneLine, type PhoneLine } from './harness/phone-line.ts'
import { sized } from './harness/sizes.ts'
import { foundTenants, readyToFile } from './harness/tenants.ts'

const minutes = sized(30, 3)
/** Half of the least capacity a release may have. */
const perSecond = 100
const minuteS = sized(60, 10)
/** Until kept connections that nobody uses have gone: what the server holds by itself is looked at. */
const idleMs = 5_000
/** People's tokens are renewed in between, and looking takes its time. */
const longestMs = minutes * minuteS * 1_500
const mostSlopeMb = 1
const mostGrowth = 1.1
const mostDrift = 2

let own: OwnStack
let tenants: WorkingOrg[]
let day: string
beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('10:00')
  tenants = await foundTenants(own, 4, 100)
  day = civilDayOf(own.now(), 'Asia/Shanghai')
})
afterAll(async () => {
  await own?.stop()
})

/** What the server holds at the end of a minute. */
interface Held {
  /** Least of the minute: what is left when garbage has just been collected. */
  readonly heapMb: number
  readonly residentMb: number
  readonly handles: number
  readonly connections: number
}

it(
  `R-45: ${minutes} minutes at ${perSecond} filings a second, with people looking on`,
  async () => {
    const seed = drawSeed()
    const random = seeded(seed)
    const held: Held[] = []
    let failed = 0
    let filed = 0
    for (let minute = 0; minute < minutes; minute += 1) {
      // A token lasts ten minutes.
      if (minute % 5 === 0) await readyToFile(tenants)
      const watch = watchHeap()
      const line = phoneLine(own.urls.server)
      const [answers] = await Promise.all([
        openLoop({ perSecond, seconds: minuteS, random, send: (n) => file(line, filed + n) }),
        lookOn(),
      ])
      filed += answers.length
      failed += answers.filter(({ status }) => status !== 200).length
      const heapMb = await watch()
      await line.close()
      await sleep(idleMs)
      held.push({ heapMb, ...(await measure()) })
      console.log(`minute ${minute + 1}: ${JSON.stringify(held.at(-1))}`)
    }
    const settled = held.slice(Math.min(5, Math.floor(minutes / 3)))
    const early = settled.slice(0, Math.max(1, Math.floor(settled.length / 5)))
    const late = settled.slice(-early.length)
    const n = filed
    zero({ id: 'R-45', n, value: failed, unit: 'filings-failed', seed })
    const slope = slopeOf(settled.map(({ heapMb }) => heapMb)) * 10
    const growth = mean(late, 'residentMb') / mean(early, 'residentMb')
    const drift = Math.max(
      Math.abs(mean(late, 'handles') - mean(early, 'handles')),
      Math.abs(mean(late, 'connections') - mean(early, 'connections')),
    )
    atMost(mostSlopeMb, { id: 'R-45', n, value: rounded(slope), unit: 'MB-heap-slope-in-10-min', seed })
    atMost(mostGrowth, { id: 'R-45', n, value: rounded(growth), unit: 'resident-ratio', seed })
    atMost(mostDrift, { id: 'R-45', n, value: rounded(drift), unit: 'handles-and-connections-drift', seed })
    expect(held).toHaveLength(minutes)
  },
  longestMs,
)

async function file(line: PhoneLine, n: number): Promise<Omit<Answer, 'ms'>> {
  const tenant = tenants[n % tenants.length]
  const member = tenant?.members[Math.floor(n / tenants.length) % tenant.members.length]
  if (!tenant || !member) throw new Error('no phone')
  return line.put({
    path: `/api/forms/${tenant.forms.daily}/submissions/${day}`,
    token: member.session.token,
    body: JSON.stringify({ answers: dayAnswers(day) }),
  })
}

/** Admins look at their boards every few seconds; what can wait is refused first, and they look again. */
async function lookOn(): Promise<void> {
  const until = performance.now() + minuteS * 1_000
  while (performance.now() < until) {
    for (const { admin, forms } of tenants) {
      const params = { formId: forms.daily, period: day }
      await admin.try(getCompleteness, { params })
      await admin.try(getStatistics, { params, query: {} })
    }
    await sleep(3_000)
  }
}

/** Looks at the heap every second until asked; returns the least in MB. */
function watchHeap(): () => Promise<number> {
  let least = Number.POSITIVE_INFINITY
  let isOver = false
  const watching = (async () => {
    while (!isOver) {
      least = Math.min(least, (await metric('nodejs_heap_size_used_bytes')) / 2 ** 20)
      await sleep(1_000)
    }
  })()
  return async () => {
    isOver = true
    await watching
    return rounded(least)
  }
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${own.urls.server}/metrics`)).text()
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}

async function measure(): Promise<Omit<Held, 'heapMb'>> {
  const pid = own.stack.pidOf('server')
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  const connections = await withClient(own.stack.databaseUrls.kangbao, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity where application_name = 'kangbao'`,
    )
    return rows[0]?.count ?? 0
  })
  const handles = readdirSync(`/proc/${pid}/fd`).length
  return { residentMb: rounded(Number(resident) / 1024), handles, connections }
}

const rounded = (value: number): number => Math.round(value * 100) / 100

const mean = (held: readonly Held[], what: keyof Held): number =>
  held.reduce((sum, each) => sum + each[what], 0) / held.length

/** Least squares, per step. */
function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const average = values.reduce((sum, value) => sum + value, 0) / values.length
  const over = values.reduce((sum, value, i) => sum + (i - middle) * (value - average), 0)
  const under = values.reduce((sum, _value, i) => sum + (i - middle) ** 2, 0)
  return under === 0 ? 0 : over / under
}
