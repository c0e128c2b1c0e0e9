import { performance } from 'node:perf_hooks'
import type { Subject } from '../bench.ts'
import { fillOrg, makeLargeOrg, openDay, type LargeOrg } from '../data/large-org.ts'
import { publishDaily } from '../data/orgs.ts'
import { percentile } from '../load/pulse.ts'
import type { Scenario } from '../scenario.ts'
import { todayOf } from './submit.ts'

const members = 1_000_000
const few = 1_000
const mostMs = 1_000

/** What an admin does on the board: numbers, a level of the tree, lists of the whole and of one team, a search. */
function looks(org: LargeOrg): readonly (readonly [name: string, path: string, body?: object])[] {
  const missing = 'people?state=missing&limit=50'
  return [
    ['totals', ''],
    ['divisions', '/departments'],
    ['departments', `/departments?parentId=${org.division}`],
    ['missing', `/${missing}`],
    ['missing_far', `/${missing}&cursor=f0000000-0000-0000-0000-000000000000`],
    ['missing_division', `/${missing}&departmentId=${org.division}`],
    ['missing_team', `/${missing}&departmentId=${org.team}`],
    ['collected_team', `/people?state=collected&limit=50&departmentId=${org.team}`],
    ['abnormal', '/people?state=abnormal&limit=50'],
    ['abnormal_team', `/people?state=abnormal&limit=50&departmentId=${org.team}`],
    ['search', '/people/search', { state: 'missing', search: '员工777' }],
    ['search_nobody', '/people/search', { state: 'missing', search: '查无此人' }],
  ]
}

/** P20c: the board of a million members, each look on its own; the slowest counts. */
export const board: Scenario = {
  name: 'board',
  ids: ['P20c'],
  async run(bench) {
    const subject = await bench.startServer()
    const today = await todayOf(subject)
    const open = async (size: number) => {
      const org = await makeLargeOrg(bench, size)
      const formId = await publishDaily(subject, org)
      await fillOrg(bench, org)
      await openDay(bench, org, { formId, today })
      return { org, path: `/api/forms/${formId}/completeness/${today}` }
    }
    const small = await open(few)
    const large = await open(members)
    await bench.settle()
    const rounds = bench.profile === 'full' ? 40 : 20
    const [bySmall, byLarge] = [await measure(subject, small, rounds), await measure(subject, large, rounds)]
    const numbers = await read(subject, large.org, large.path)
    await subject.stop()
    const p95 = (times: readonly number[]) => percentile(times, 0.95)
    const worst = Math.max(...[...byLarge.values()].map(p95))
    return [
      {
        id: 'P20c',
        ratios: [worst / mostMs],
        absolute: {
          worst_p95_ms: worst,
          slowest_to_small_org: Math.max(
            ...[...byLarge].map(([name, times]) => p95(times) / p95(bySmall.get(name) ?? [])),
          ),
          ...Object.fromEntries([...byLarge].map(([name, times]) => [`${name}_p95_ms`, p95(times)])),
        },
        checks: {
          'all are expected, half have filed':
            numbers.expected === members && numbers.collected === members / 2,
          [`every look has a p95 below ${mostMs} ms`]: worst < mostMs,
        },
      },
    ]
  },
}

async function read(subject: Subject, { adminToken }: LargeOrg, path: string) {
  const reply = await fetch(`${subject.url}${path}`, { headers: { authorization: `Bearer ${adminToken}` } })
  return (await reply.json()) as { expected: number; collected: number } // Completeness
}

/** Milliseconds of each look, by name. */
async function measure(
  subject: Subject,
  { org, path }: { readonly org: LargeOrg; readonly path: string },
  rounds: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>()
  for (let round = -2; round < rounds; round += 1)
    for (const [name, below, body] of looks(org)) {
      const started = performance.now()
      const reply = await fetch(`${subject.url}${path}${below}`, {
        method: body ? 'POST' : 'GET',
        headers: {
          authorization: `Bearer ${org.adminToken}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      await reply.arrayBuffer()
      // The first rounds warm it up. A look that is refused for the time it takes is as slow as can be.
      const ms = reply.ok ? performance.now() - started : mostMs * 10
      if (round >= 0) times.set(name, [...(times.get(name) ?? []), ms])
    }
  return times
}
