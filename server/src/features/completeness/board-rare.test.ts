import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { getStatistics } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'
import type { OrgScope } from '../../db/database.ts'
import { rareKeys } from './board-rare.repo.ts'
import { listPeople, type BoardFilter } from './board.repo.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const inWorld = <T>({ orgId }: World, work: (scope: OrgScope) => Promise<T>) =>
  server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, work)

it('Z-36: who is late, and who is behind a bar, is found alike among few and among very many, page after page', async () => {
  const world = await newWorld(server, { members: 9 })
  const { id: formId } = await world.publish('zhengzhou/daily', { onTimeUntil: '10:02' })
  for (const [i, person] of world.members.slice(0, 8).entries()) {
    const answers = healthyAnswers(day, { temperature: i % 3 === 0 ? 38.2 : 36.5 })
    const input = { params: { formId, period: day }, body: { answers } }
    expect((await person.inject(fileSubmission, input)).status).toBe(200)
    server.deps.clock.advance(40_000)
  }
  // Who left after filing is not on the board any more.
  const gone = world.members[1]?.memberId ?? ''
  await inWorld(world, ({ tx }) => tx.execute(sql`delete from expectations where member_id = ${gone}`))
  const { body } = await world.admin.inject(getStatistics, { params: { formId, period: day }, query: {} })
  expect(body.collected).toBe(7)
  const bars = body.questions.flatMap(({ counts }) => counts)
  expect(new Set(bars.map(({ count }) => count))).toEqual(new Set([0, 3, 4, 7]))

  const period = { formId, periodStart: civilDate(day) }
  const lists = [
    ...bars.map(({ facet, count }) => ({ count, filter: { state: 'collected', facet } as const })),
    { count: 5, filter: { state: 'late' } as const },
  ]
  for (const departmentIds of ['all', [1]] as const)
    for (const { count, filter } of lists)
      for (const firstLook of [1, 5_000]) {
        const found: string[] = []
        for (let after: string | undefined; ;) {
          const asked: BoardFilter = { ...filter, departmentIds, after, limit: 2 }
          const page = await inWorld(world, (scope) => rareKeys(scope, period, asked, firstLook))
          const listed = await inWorld(world, (scope) => listPeople(scope, period, asked))
          expect(listed.map(({ memberId }) => memberId)).toEqual(page)
          found.push(...page)
          after = page.at(-1)
          if (page.length < 2) break
        }
        expect([filter, firstLook, new Set(found).size]).toEqual([filter, firstLook, count])
        expect(found).toEqual([...found].sort())
      }
})
