import { rm } from 'node:fs/promises'
import type { Bench, Subject } from '../bench.ts'
import { dailyAnswers, makeOrg, publishDaily, type BenchOrg } from '../data/orgs.ts'
import { pgbenchRow, preparePgbenchRow } from '../floors/pgbench.ts'
import { generate, type LoadResult } from '../load/generate.ts'
import { writeRequests, type LoadRequest } from '../load/requests.ts'
import type { Outcome, Scenario } from '../scenario.ts'

const connections = 16

interface Prepared {
  readonly subject: Subject
  readonly spreadFile: string
  readonly hotFile: string
  readonly canary: LoadRequest
}

/** P1 and P5: durable filings through the whole path, beside pgbench; then all of them in one org. */
export const submit: Scenario = {
  name: 'submit',
  ids: ['P1', 'P5'],
  async run(bench) {
    const rounds = bench.profile === 'full' ? 5 : 3
    const seconds = bench.profile === 'full' ? 7 : 5
    await preparePgbenchRow(bench)
    const prepared = await prepare(bench)
    const floors: number[] = []
    const spreads: LoadResult[] = []
    const hots: LoadResult[] = []
    const measure = async (file: string) => {
      await emptyAnswers(bench)
      await bench.settle()
      return generate({ url: prepared.subject.url, file, connections, seconds })
    }
    await expectAnswer(prepared.subject, prepared.canary)
    await emptyAnswers(bench)
    await expectAnswer(prepared.subject, prepared.canary)
    await generate({ url: prepared.subject.url, file: prepared.spreadFile, connections, seconds: 2 })
    for (let round = 0; round < rounds; round += 1) {
      const steps = [
        async () => void floors.push(await pgbenchRow(bench, connections, seconds)),
        async () => void spreads.push(await measure(prepared.spreadFile)),
        async () => void hots.push(await measure(prepared.hotFile)),
      ]
      // Rotated, so that no one always comes first.
      for (const step of [...steps.slice(round % 3), ...steps.slice(0, round % 3)]) await step()
    }
    const isExact = await countersAgree(bench)
    const peakMb = prepared.subject.peakMb()
    await prepared.subject.stop()
    await Promise.all([rm(prepared.spreadFile), rm(prepared.hotFile)])
    return outcomes({ floors, spreads, hots, isExact, peakMb })
  },
}

async function prepare(bench: Bench): Promise<Prepared> {
  const subject = await bench.startServer({ DATABASE_POOL: '16' })
  const orgCount = bench.profile === 'full' ? 1000 : 300
  const orgs: BenchOrg[] = []
  for (let i = 0; i < orgCount; i += 1) orgs.push(await makeOrg(bench, 20))
  const hot = await makeOrg(bench, 5000)
  const today = await todayOf(subject)
  const forms = new Map<string, string>()
  for (const org of [...orgs, hot]) forms.set(org.orgId, await publishDaily(subject, org))
  const filing = (org: BenchOrg, member: BenchOrg['members'][number]): LoadRequest => ({
    method: 'PUT',
    path: `/api/forms/${forms.get(org.orgId)}/submissions/${today}`,
    token: member.token,
    body: JSON.stringify({ answers: dailyAnswers(today) }),
  })
  // Member by member over all orgs, so that neighbours in the file belong to different orgs.
  const spread = Array.from({ length: 20 }, (_, i) =>
    orgs.flatMap((org) => {
      const member = org.members[i]
      return member ? [filing(org, member)] : []
    }),
  ).flat()
  const [canary] = spread
  if (!canary) throw new Error('no members to file for')
  return {
    subject,
    canary,
    spreadFile: writeRequests(bench.folder, 'submit-spread', spread),
    hotFile: writeRequests(
      bench.folder,
      'submit-hot',
      hot.members.map((member) => filing(hot, member)),
    ),
  }
}

/** One request by itself: a load of refusals would look fast. */
export async function expectAnswer(
  subject: Subject,
  { method, path, token, body }: LoadRequest,
): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body ? { 'content-type': 'application/json' } : {}),
  }
  const response = await fetch(`${subject.url}${path}`, { method, headers, body: body ?? null })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
}

/** The org's civil day, as the product's clock has it. */
export async function todayOf(subject: Subject): Promise<string> {
  const { now } = (await (await fetch(`${subject.url}/__clock`)).json()) as { now: string } // clock route
  return new Date(Date.parse(now) + 8 * 3_600_000).toISOString().slice(0, 10)
}

async function emptyAnswers(bench: Bench): Promise<void> {
  await bench.pool.query('truncate submissions, submission_revisions')
  await bench.pool.query('truncate completeness_counters')
  await bench.pool.query('truncate outbox')
}

/** Stored filings and the live totals must be the same number. */
async function countersAgree(bench: Bench): Promise<boolean> {
  const { rows: orgs } = await bench.pool.query<{ id: string }>('select id from orgs')
  for (const { id } of orgs) {
    const client = await bench.pool.connect()
    try {
      await client.query(`begin; set local app.org_id = '${id}'`)
      const { rows } = await client.query<{ stored: number; counted: number }>(`
        select (select count(*)::int from submissions) as stored,
          (select coalesce(sum(collected), 0)::int from completeness_counters where department_id = 0) as counted`)
      await client.query('rollback')
      if (rows[0]?.stored !== rows[0]?.counted) return false
    } finally {
      client.release()
    }
  }
  return true
}

function outcomes(found: {
  floors: number[]
  spreads: LoadResult[]
  hots: LoadResult[]
  isExact: boolean
  peakMb: number
}): Outcome[] {
  const { floors, spreads, hots, isExact, peakMb } = found
  const middle = (results: LoadResult[], pick: (result: LoadResult) => number) =>
    results.map(pick).sort((a, b) => a - b)[Math.floor(results.length / 2)] ?? 0
  const checks = {
    'every request answered 2xx': [...spreads, ...hots].every(({ failed }) => failed === 0),
    'stored equals counted': isExact,
  }
  return [
    {
      id: 'P1',
      ratios: spreads.map(({ perSecond }, i) => perSecond / (floors[i] ?? Number.NaN)),
      floor: floors,
      absolute: {
        submit_16: middle(spreads, (result) => result.perSecond),
        pgbench_row_16: [...floors].sort((a, b) => a - b)[Math.floor(floors.length / 2)] ?? 0,
        p99_ms: middle(spreads, (result) => result.p99Ms),
        peak_rss_mb: peakMb,
      },
      checks,
    },
    {
      id: 'P5',
      ratios: hots.map(({ perSecond }, i) => perSecond / (spreads[i]?.perSecond ?? Number.NaN)),
      absolute: {
        submit_hot: middle(hots, (result) => result.perSecond),
        submit_spread: middle(spreads, (result) => result.perSecond),
      },
      checks,
    },
  ]
}
