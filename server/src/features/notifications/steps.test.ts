import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld } from '../../../test/world.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { runStep } from './steps.jobs.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

it('Z-33: a day is opened at midnight even by a process whose clock is a second behind', async () => {
  const world = await newWorld(server, { members: 2 })
  const { id: formId } = await world.publish('zhengzhou/daily')
  const midnight = Date.parse('2026-03-03T00:00:00+08:00')
  server.deps.clock.set(midnight - 1_000)
  const step = { orgId: world.orgId, formId, kind: 'open-period' as const }
  await runStep.run({ ...step, sendAt: new Date(midnight).toISOString() }, jobContext(server.deps, 'test', 0))
  const { days, next } = await server.deps.database.inOrg(
    world.orgId,
    { kind: 'system', name: 'test' },
    async ({ tx }) => ({
      days: (await tx.execute(sql`select period_start::text as day from form_periods order by 1`)).rows,
      next: (
        await tx.execute(sql`
          select (due_at at time zone 'Asia/Shanghai')::date::text as day from due_sends
          where org_id = ${world.orgId} and kind = 'open-period' order by due_at desc limit 1`)
      ).rows,
    }),
  )
  expect(days).toEqual([{ day: '2026-03-02' }, { day: '2026-03-03' }])
  expect(next).toEqual([{ day: '2026-03-04' }])
})
