import { performance } from 'node:perf_hooks'
import { v7 } from 'uuid'
import type { Bench, Subject } from '../bench.ts'
import type { Scenario } from '../scenario.ts'
import { todayOf } from './submit.ts'

const orgs = 5_000
const membersEach = 200
const days = 31
const country = '000000'
/** From the country down to a county, where the list is of organisations. */
const looks = [country, '410000', '410100', '410105']

/**
 * P22f, P22g: a million members in 5 000 organisations that have reported for 31 days, over a tree of four levels. Beside the
 * full recount stands a scan that reads the same rows and does next to nothing; beside a viewer's first page stands a second.
 */
export const rollups: Scenario = {
  name: 'rollups',
  ids: ['P22f', 'P22g'],
  async run(bench) {
    const subject = await bench.startServer()
    const today = await todayOf(subject)
    await fill(bench, today)
    const foldMs = await untilFolded(bench)
    const viewer = await addViewer(bench)
    await bench.admin.query('vacuum analyze rollup_reports, region_rollups, orgs')
    await recount(subject, bench.operatorToken())
    const rounds = []
    for (let round = 0; round < (bench.profile === 'full' ? 9 : 5); round += 1)
      rounds.push({
        scan: await scan(bench),
        recount: await recount(subject, bench.operatorToken()),
        slowest: Math.max(...(await Promise.all(looks.map((region) => look(subject, viewer, region))))),
      })
    const sums = await wholeOf(subject, viewer)
    await subject.stop()
    const last = rounds.at(-1)
    const isRight = sums.orgsReported === orgs && sums.members === orgs * membersEach
    return [
      {
        id: 'P22f',
        ratios: rounds.map((each) => each.recount.ms / each.scan),
        floor: rounds.map((each) => each.scan),
        absolute: {
          recount_ms: last?.recount.ms ?? 0,
          scan_ms: last?.scan ?? 0,
          rows: orgs * days,
          fold_all_ms: foldMs,
        },
        checks: {
          'a count finds no difference': rounds.every((each) => each.recount.wrong === 0),
          'everybody is in the sum': isRight,
        },
      },
      {
        id: 'P22g',
        ratios: rounds.map(({ slowest }) => slowest / 1000),
        absolute: { slowest_first_page_ms: last?.slowest ?? 0, orgs, members: sums.members },
        checks: { 'everybody is in the sum': isRight },
      },
    ]
  },
}

/** Organisations in 162 counties of 18 cities of a province, and what each has reported, as deliveries leave it. */
async function fill(bench: Bench, today: string): Promise<void> {
  await bench.pool.query(
    `insert into orgs (id, corp_id, name, created_at, region)
     select gen_random_uuid(), 'bench-rollup-' || n, '基准测试企业 ' || n, now() - interval '90 days',
       '41' || lpad((1 + n % 18)::text, 2, '0') || lpad((2 + (n / 18) % 9)::text, 2, '0')
     from generate_series(1, $1::int) n`,
    [orgs],
  )
  await bench.pool.query(
    `insert into rollup_reports (kind, day, org_id, sequence, reported_day, counts)
     select 'health', $1::date - d, o.id, 40 - d, $1::date - d, jsonb_build_object('totalMembers', $2::int,
       'collected', $2::int - d % 7, 'notCollected', d % 7, 'abnormal', d % 4, 'fever', d % 2)
     from orgs o, generate_series(0, $3::int) d where o.corp_id like 'bench-rollup-%'`,
    [today, membersEach, days - 1],
  )
}

async function untilFolded(bench: Bench): Promise<number> {
  const started = performance.now()
  for (;;) {
    const { rows } = await bench.pool.query<{ left: boolean }>(
      'select exists (select from rollup_reports where is_dirty) as left',
    )
    if (rows[0]?.left === false) return performance.now() - started
    if (performance.now() - started > 300_000) throw new Error('the reports were not added to the sums')
    await new Promise((done) => setTimeout(done, 100))
  }
}

async function addViewer(bench: Bench): Promise<string> {
  const id = v7()
  await bench.pool.query(
    `insert into region_viewers (id, phone_hash, name, region, added_at) values ($1, $2, '基准测试', $3, now())`,
    [id, Buffer.from(id), country],
  )
  return bench.viewerToken(id)
}

async function scan(bench: Bench): Promise<number> {
  const started = performance.now()
  await bench.pool.query('select count(*), sum(cardinality(figures)) from rollup_reports')
  return performance.now() - started
}

async function recount({ url }: Subject, token: string): Promise<{ ms: number; wrong: number }> {
  const started = performance.now()
  const reply = await fetch(`${url}/api/operations/rollups/recounts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  if (!reply.ok) throw new Error(`recount: ${reply.status} ${await reply.text()}`)
  const { wrong } = (await reply.json()) as { wrong: number } // by its contract
  return { ms: performance.now() - started, wrong }
}

async function get(url: string, token: string): Promise<unknown> {
  const reply = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${await reply.text()}`)
  return reply.json()
}

/** What the page of a region asks for when it is opened. */
async function look({ url }: Subject, token: string, region: string): Promise<number> {
  const base = `${url}/api/rollups/health/regions/${region}`
  const started = performance.now()
  await Promise.all([base, `${base}/trend`, `${base}/orgs?state=missing`].map((each) => get(each, token)))
  return performance.now() - started
}

async function wholeOf({ url }: Subject, token: string): Promise<{ orgsReported: number; members: number }> {
  const reply = await get(`${url}/api/rollups/health/regions/${country}`, token)
  const { whole } = reply as { whole: { orgsReported: number; figures: (number | null)[] } } // by its contract
  return { orgsReported: whole.orgsReported, members: whole.figures[0] ?? 0 }
}
