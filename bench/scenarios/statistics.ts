import { performance } from 'node:perf_hooks'
import type { Bench } from '../bench.ts'
import { makeOrg, publishDaily, type BenchOrg } from '../data/orgs.ts'
import type { Scenario } from '../scenario.ts'
import { todayOf } from './submit.ts'

const people = 5_000
const days = 20

/** P22c: the statistics of 100 000 answers of 20 days, as the console asks for them first, beside a bare scan of them. */
export const statistics: Scenario = {
  name: 'statistics',
  ids: ['P22c'],
  async run(bench) {
    const subject = await bench.startServer()
    const today = await todayOf(subject)
    const org = await makeOrg(bench, people)
    const formId = await publishDaily(subject, org)
    const from = new Date(Date.parse(today) - (days - 1) * 86_400_000).toISOString().slice(0, 10)
    await fill(bench, org, { formId, today })
    const ask = async (facets: string) => {
      const query = new URLSearchParams({ from, to: today, ...(facets ? { facets } : {}) })
      const started = performance.now()
      const reply = await fetch(`${subject.url}/api/forms/${formId}/statistics?${query.toString()}`, {
        headers: { authorization: `Bearer ${org.adminToken}` },
      })
      const { collected } = (await reply.json()) as { collected: number } // by its contract
      return { collected, ms: performance.now() - started }
    }
    await ask('')
    const rounds = []
    for (let round = 0; round < (bench.profile === 'full' ? 9 : 5); round += 1)
      rounds.push({ all: await ask(''), narrowed: await ask('7001'), scan: await scan(bench, org, formId) })
    await subject.stop()
    const last = rounds.at(-1)
    return [
      {
        id: 'P22c',
        ratios: rounds.map(({ all, scan: bare }) => all.ms / bare),
        floor: rounds.map(({ scan: bare }) => bare),
        absolute: {
          statistics_ms: last?.all.ms ?? 0,
          narrowed_ms: last?.narrowed.ms ?? 0,
          scan_ms: last?.scan ?? 0,
        },
        checks: { 'all are counted': rounds.every(({ all }) => all.collected === people * days) },
      },
    ]
  },
}

async function inOrg<T>(
  bench: Bench,
  { orgId }: BenchOrg,
  work: (query: (text: string, values: unknown[]) => Promise<unknown>) => Promise<T>,
): Promise<T> {
  const client = await bench.pool.connect()
  try {
    await client.query('begin')
    await client.query(`set local app.org_id = '${orgId}'`)
    const result = await work((text, values) => client.query(text, values))
    await client.query('commit')
    return result
  } finally {
    client.release()
  }
}

/** Answers as filing would have left them; ten facets each, as an ordinary day has. */
async function fill(
  bench: Bench,
  org: BenchOrg,
  { formId, today }: { readonly formId: string; readonly today: string },
): Promise<void> {
  await inOrg(bench, org, async (query) => {
    const daily = `generate_series(0, ${days - 1}) as n join members m on m.org_id = $1`
    await query(
      `insert into expectations (org_id, form_id, period_start, member_id, department_id, department_path, filed_at)
       select $1::uuid, $2::uuid, $3::date - n, m.id, m.department_id, array[1, m.department_id], now()
       from ${daily} on conflict do nothing`,
      [org.orgId, formId, today],
    )
    await query(
      `insert into submissions (org_id, form_id, period_start, member_id, id, number, form_version, department_id,
         answers, facets, is_abnormal, filed_by, filed_at, revised_at)
       select $1::uuid, $2::uuid, $3::date - n, m.id, gen_random_uuid(), 'B' || n || m.user_id, 1, m.department_id,
         decode(repeat('00', 300), 'hex'),
         array[1001, 2001, 3001 + (n % 3), 4001, 5001, 6001, 7001 + (m.department_id % 2)::int, 8001, 9001, 10001],
         false, m.id, now(), now()
       from ${daily}`,
      [org.orgId, formId, today],
    )
  })
  await bench.pool.query('analyze')
}

/** Milliseconds the database takes to read the same rows and do next to nothing with them. */
async function scan(bench: Bench, org: BenchOrg, formId: string): Promise<number> {
  return inOrg(bench, org, async (query) => {
    const started = performance.now()
    await query(
      'select sum(cardinality(facets)) from submissions where org_id = $1 and form_id = $2 and period_start > $3',
      [org.orgId, formId, '2001-01-01'],
    )
    return performance.now() - started
  })
}
