import { makeOrg, publishDaily } from '../data/orgs.ts'
import { pgbenchSelectOne } from '../floors/pgbench.ts'
import { generate } from '../load/generate.ts'
import { writeRequests } from '../load/requests.ts'
import type { Scenario } from '../scenario.ts'
import { todayOf } from './submit.ts'

/** P20: the board of a 27 000-member org costs what that of a small one costs. */
export const status: Scenario = {
  name: 'status',
  ids: ['P20', 'P20b'],
  async run(bench) {
    const subject = await bench.startServer()
    const today = await todayOf(subject)
    const file = async (name: string, size: number) => {
      const org = await makeOrg(bench, size)
      const formId = await publishDaily(subject, org)
      const path = `/api/forms/${formId}/completeness/${today}`
      const first = await fetch(`${subject.url}${path}`, {
        headers: { authorization: `Bearer ${org.adminToken}` },
      })
      const { expected } = (await first.json()) as { expected: number } // Completeness
      return {
        expected,
        requests: writeRequests(bench.folder, name, [{ method: 'GET', path, token: org.adminToken }]),
      }
    }
    const small = await file('status-20', 20)
    const large = await file('status-27k', 27_000)
    await bench.pool.query('analyze')
    const load = (requests: string) =>
      generate({ url: subject.url, file: requests, connections: 8, seconds: 3 })
    await load(small.requests)
    const rounds: { small: number; large: number; selectOne: number }[] = []
    for (let round = 0; round < (bench.profile === 'full' ? 5 : 3); round += 1) {
      rounds.push({
        small: (await load(small.requests)).perSecond,
        large: (await load(large.requests)).perSecond,
        selectOne: await pgbenchSelectOne(bench, 8, 3),
      })
    }
    await subject.stop()
    const checks = { 'all are expected': small.expected === 20 && large.expected === 27_000 }
    const last = rounds.at(-1)
    return [
      {
        id: 'P20',
        ratios: rounds.map((round) => round.small / round.large),
        absolute: { status_20_per_s: last?.small ?? 0, status_27k_per_s: last?.large ?? 0 },
        checks,
      },
      {
        id: 'P20b',
        ratios: rounds.map((round) => round.large / round.selectOne),
        floor: rounds.map((round) => round.selectOne),
        absolute: { status_27k_per_s: last?.large ?? 0, select_1_per_s: last?.selectOne ?? 0 },
        checks,
      },
    ]
  },
}
