import { createHash, createHmac, randomUUID } from 'node:crypto'
import { Pool } from 'undici'
import { governmentTextToSign } from '@kangbao/shared/contracts/government.ts'
import { programmes } from '@kangbao/shared/programmes/catalogue.ts'
import type { Bench, Subject } from '../bench.ts'
import { makeOrg, publishDaily } from '../data/orgs.ts'
import { pushTicket } from '../fakes/callback.ts'
import { startFake, type Fake } from '../fakes/start.ts'
import type { Scenario } from '../scenario.ts'

const receiverMs = 20
const inFlight = 200
const preparedAtOnce = 8
const platformCap = 1_000
const windowMs = Math.max(...programmes.map(({ policy }) => policy.dailyReport.windowMinutes)) * 60_000

/** P11: the daily run over all orgs against a receiver of 20 ms, beside a bare loop with 200 calls in flight. */
export const dailyRun: Scenario = {
  name: 'daily-run',
  ids: ['P11'],
  async run(bench) {
    const orgs = bench.profile === 'full' ? 10_000 : 1_000
    const government = await startFake('ledger', receiverMs)
    // Cards are sent, too: they are not to be tried again and again beside what is measured.
    const platform = await startFake('platform', platformCap)
    const subject = await bench.startServer({
      GOVERNMENT_URL: government.url,
      WORKPLACE_OAPI_URL: platform.url,
      WORKPLACE_API_URL: platform.url,
      WORKPLACE_CALLS_PER_SECOND: String(platformCap),
    })
    await pushTicket(subject, 'forms')
    for (let i = 0; i < orgs; i += preparedAtOnce)
      await Promise.all(
        Array.from({ length: preparedAtOnce }, async () => publishDaily(subject, await makeOrg(bench, 3))),
      )
    const operator = bench.operatorToken()
    const rounds: { bare: number; run: number }[] = []
    let applied = 0
    let repeats = 0
    let disorder = 0
    for (let round = 0; round < (bench.profile === 'full' ? 5 : 3); round += 1) {
      await untilQuiet(bench, subject)
      await bench.settle()
      const bare = await bareLoop(government, orgs)
      await fetch(`${government.url}/reset`)
      await bench.settle()
      const run = await productRun(subject, operator, government, orgs)
      rounds.push({ bare, run })
      const ledger = await government.ledger()
      applied += ledger['applied'] ?? 0
      repeats += ledger['repeats'] ?? 0
      disorder += ledger['disorder'] ?? 0
      await fetch(`${government.url}/reset`)
      await advance(subject, 86_400_000)
      await untilOpened(bench, orgs * (round + 2))
    }
    await subject.stop()
    await government.stop()
    await platform.stop()
    const last = rounds.at(-1)
    return [
      {
        id: 'P11',
        ratios: rounds.map(({ bare, run }) => run / bare),
        floor: rounds.map(({ bare }) => bare),
        absolute: {
          run_per_s: last?.run ?? 0,
          bare_per_s: last?.bare ?? 0,
          orgs,
          peak_rss_mb: subject.peakMb(),
        },
        checks: {
          'every org applied once': applied === orgs * rounds.length,
          'nothing applied twice': repeats === 0,
          'in order within each org': disorder === 0,
        },
      },
    ]
  },
}

/** There is nothing to report of a day until its period is open in each org, which the server does by and by. */
async function untilOpened(bench: Bench, periods: number): Promise<void> {
  const until = performance.now() + 120_000
  while (performance.now() < until) {
    const { rows } = await bench.admin.query<{ count: number }>(
      'select count(*)::int as count from form_periods',
    )
    if ((rows[0]?.count ?? 0) >= periods) return
    await new Promise((done) => setTimeout(done, 250))
  }
  throw new Error('the periods of the next day were not opened')
}

/** Nothing is due any more, by the product's clock. */
async function untilQuiet(bench: Bench, subject: Subject): Promise<void> {
  const until = performance.now() + 300_000
  while (performance.now() < until) {
    const { now } = (await (await fetch(`${subject.url}/__clock`)).json()) as { now: string } // clock route
    const { rows } = await bench.admin.query<{ count: number }>(
      'select count(*)::int as count from outbox where available_at <= $1',
      [now],
    )
    if (rows[0]?.count === 0) return
    await new Promise((done) => setTimeout(done, 250))
  }
  throw new Error('the outbox did not come to rest')
}

async function advance(subject: Subject, advanceMs: number): Promise<void> {
  await fetch(`${subject.url}/__clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advanceMs }),
  })
}

/** Reports a second of a loop that does nothing but sign and post. */
async function bareLoop(government: Fake, count: number): Promise<number> {
  const pool = new Pool(government.url, { connections: inFlight, pipelining: 1 })
  let next = 0
  const from = performance.now()
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (next < count) {
        next += 1
        const id = randomUUID()
        const body = JSON.stringify(bareReport(id, next))
        const { body: reply } = await pool.request({
          method: 'POST',
          path: '/v1/reports',
          headers: signed(id, body),
          body,
        })
        await reply.dump()
      }
    }),
  )
  const took = (performance.now() - from) / 1000
  await pool.close()
  return count / took
}

function bareReport(reportId: string, n: number) {
  return {
    schema: 'kangbao.report/1',
    kind: 'health',
    reportId,
    org: { corpId: `bare${n}`, name: '基准测试企业' },
    day: '2026-03-02',
    sequence: 1,
    madeAt: '2026-03-02T14:00:00.000Z',
    automatic: true,
    counts: { totalMembers: 3, collected: 0, notCollected: 3, abnormal: 0, fever: 0 },
  }
}

function signed(idempotencyKey: string, body: string) {
  const timestamp = new Date().toISOString()
  const bodyHash = createHash('sha256').update(body).digest('hex')
  const text = governmentTextToSign({ keyId: 'bench', timestamp, idempotencyKey, bodyHash })
  return {
    'content-type': 'application/json',
    'idempotency-key': idempotencyKey,
    'x-kangbao-key-id': 'bench',
    'x-kangbao-timestamp': timestamp,
    'x-kangbao-signature': createHmac('sha256', 'bench-government-secret').update(text).digest('hex'),
  }
}

async function productRun(
  subject: Subject,
  operator: string,
  government: Fake,
  count: number,
): Promise<number> {
  const from = performance.now()
  const response = await fetch(`${subject.url}/api/operations/daily-runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'health' }),
  })
  if (!response.ok) throw new Error(`daily run: ${response.status} ${await response.text()}`)
  // A run spreads itself over a window out of consideration; here the ranges are to come as fast as they can.
  await advance(subject, windowMs)
  const until = from + 300_000
  while (((await government.ledger())['applied'] ?? 0) < count && performance.now() < until) {
    await new Promise((done) => setTimeout(done, 20))
  }
  return count / ((performance.now() - from) / 1000)
}
