import type { Bench, Subject } from '../bench.ts'
import { dailyAnswers, makeOrg, publishDaily, type BenchOrg } from '../data/orgs.ts'
import { pgbenchRow, preparePgbenchRow } from '../floors/pgbench.ts'
import { generate, type LoadResult } from '../load/generate.ts'
import { writeRequests, type LoadRequest } from '../load/requests.ts'
import type { Outcome, Scenario } from '../scenario.ts'
import { median } from '../stats.ts'

const connections = 16
const warmSeconds = 6

/** More people than can file in one round: who files twice revises, which is another path. */
const sizes = {
  quick: { orgs: 500, perOrg: 40, warm: 20_000, hot: 20_000, rounds: 3, seconds: 5 },
  full: { orgs: 1000, perOrg: 40, warm: 20_000, hot: 30_000, rounds: 5, seconds: 7 },
}

interface Loads {
  /** Other members of other orgs: they make the process warm. */
  readonly warm: string
  readonly spread: string
  readonly hot: string
  readonly canary: LoadRequest
}

/** P1 and P5: durable filings through the whole path, beside pgbench; then all of them in one org. */
export const submit: Scenario = {
  name: 'submit',
  ids: ['P1', 'P5'],
  async run(bench) {
    const { rounds, seconds } = sizes[bench.profile]
    await preparePgbenchRow(bench)
    const loads = await prepare(bench)
    const floors: number[] = []
    const spreads: Measured[] = []
    const hots: Measured[] = []
    for (let round = 0; round < rounds; round += 1) {
      const steps = [
        async () => void floors.push(await pgbenchRow(bench, connections, seconds)),
        async () => void spreads.push(await measure(bench, loads, loads.spread, seconds)),
        async () => void hots.push(await measure(bench, loads, loads.hot, seconds)),
      ]
      // Rotated, so that no one always comes first.
      for (const step of [...steps.slice(round % 3), ...steps.slice(0, round % 3)]) await step()
    }
    return outcomes(floors, spreads, hots)
  },
}

async function prepare(bench: Bench): Promise<Loads> {
  const subject = await bench.startServer()
  const size = sizes[bench.profile]
  const orgs: BenchOrg[] = []
  for (let i = 0; i < size.orgs; i += 1) orgs.push(await makeOrg(bench, size.perOrg))
  const warm = [await makeOrg(bench, size.warm / 2), await makeOrg(bench, size.warm / 2)]
  const hot = await makeOrg(bench, size.hot)
  const today = await todayOf(subject)
  const forms = new Map<string, string>()
  const body = JSON.stringify({ answers: dailyAnswers(today) })
  const filings = (org: BenchOrg): LoadRequest[] =>
    org.members.map(({ token }) => ({
      method: 'PUT',
      path: `/api/forms/${forms.get(org.orgId)}/submissions/${today}`,
      token,
      body,
    }))
  for (const org of [...orgs, ...warm, hot]) {
    forms.set(org.orgId, await publishDaily(subject, org))
    // Makes the org's data keys, as registering its people would have.
    const [first] = filings(org)
    if (first) await expectAnswer(subject, first)
  }
  await subject.stop()
  const spread = interleaved(orgs.map(filings))
  const [canary] = filings(hot)
  if (!canary) throw new Error('no members to file for')
  return {
    canary,
    warm: writeRequests(bench.folder, 'submit-warm', interleaved(warm.map(filings))),
    spread: writeRequests(bench.folder, 'submit-spread', spread),
    hot: writeRequests(bench.folder, 'submit-hot', filings(hot)),
  }
}

/** First of each, then second of each: neighbours belong to different orgs. */
function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat()
}

interface Measured extends LoadResult {
  readonly isExact: boolean
  readonly peakMb: number
}

/** A fresh, warmed process on a database in which nobody has filed yet. */
async function measure(bench: Bench, loads: Loads, file: string, seconds: number): Promise<Measured> {
  await forgetFilings(bench)
  const subject = await bench.startServer()
  await expectAnswer(subject, loads.canary)
  await generate({ url: subject.url, file: loads.warm, connections, seconds: warmSeconds })
  await bench.settle()
  const result = await generate({ url: subject.url, file, connections, seconds })
  const measured = { ...result, isExact: await countersAgree(bench), peakMb: subject.peakMb() }
  await subject.stop()
  return measured
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

async function forgetFilings(bench: Bench): Promise<void> {
  await bench.admin.query('truncate submissions, submission_revisions, outbox')
  await bench.admin.query('update expectations set filed_at = null where filed_at is not null')
  await bench.admin.query(
    'update completeness_counters set collected = 0, abnormal = 0 where collected <> 0 or abnormal <> 0',
  )
  await bench.admin.query('vacuum analyze expectations')
  await bench.admin.query('vacuum analyze completeness_counters')
}

/** Stored filings and the live totals must be the same number. */
async function countersAgree(bench: Bench): Promise<boolean> {
  const { rows } = await bench.admin.query<{ stored: number; counted: number }>(`
    select (select count(*)::int from submissions) as stored,
      (select coalesce(sum(collected), 0)::int from completeness_counters where department_id = 0) as counted`)
  return rows[0]?.stored === rows[0]?.counted
}

function outcomes(
  floors: readonly number[],
  spreads: readonly Measured[],
  hots: readonly Measured[],
): Outcome[] {
  const checks = {
    'every request answered 2xx': [...spreads, ...hots].every(({ failed }) => failed === 0),
    'stored equals counted': [...spreads, ...hots].every(({ isExact }) => isExact),
  }
  const perSecond = (results: readonly Measured[]) => median(results.map((result) => result.perSecond))
  return [
    {
      id: 'P1',
      ratios: spreads.map((result, i) => result.perSecond / (floors[i] ?? Number.NaN)),
      floor: floors,
      absolute: {
        submit_16: perSecond(spreads),
        pgbench_row_16: median(floors),
        p99_ms: median(spreads.map(({ p99Ms }) => p99Ms)),
        peak_rss_mb: Math.max(...spreads.map(({ peakMb }) => peakMb)),
      },
      checks,
    },
    {
      id: 'P5',
      ratios: hots.map((result, i) => result.perSecond / (spreads[i]?.perSecond ?? Number.NaN)),
      absolute: { submit_hot: perSecond(hots), submit_spread: perSecond(spreads) },
      checks,
    },
  ]
}
