import { sql } from 'drizzle-orm'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { preparePeriod } from '../src/features/completeness/preparing.jobs.ts'
import { jobContext, type JobContext } from '../src/jobs/define-job.ts'
import type { TestServer } from './server.ts'
import { newWorld, type World } from './world.ts'

/** Members of a large world beside its three: too many to be written down in the request that opens a period (ADR 57). */
export const crowd = 12_000

/** An org of 12 003: departments 1 > 2, 3, a third of the crowd in department 3. */
export async function largeWorld(server: TestServer): Promise<World> {
  const world = await newWorld(server, { members: 2 })
  await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx, orgId }) =>
    tx.execute(sql`
      with made as (
        insert into members (org_id, id, user_id, name, department_id, joined_at)
        select ${orgId}, gen_random_uuid(), 'crowd-' || n, '职工' || n, case when n % 3 = 0 then 3 else 2 end, now()
        from generate_series(1, ${crowd}::int) n returning id, department_id)
      insert into member_departments (org_id, member_id, department_id, valid_from)
      select ${orgId}, id, department_id, now() from made`),
  )
  return world
}

/** Runs the job that writes the list as long as it owes itself; a worker that is killed has done this many transactions. */
export async function prepare(
  server: TestServer,
  { orgId }: World,
  period: { readonly formId: string; readonly periodStart: CivilDate },
  killedAfter = Infinity,
): Promise<void> {
  const ctx = jobContext(server.deps, 'test', 0)
  let left = killedAfter
  const mortal: JobContext['inOrg'] = (ofOrg, work) => {
    if (left-- <= 0) throw new Error('killed')
    return ctx.inOrg(ofOrg, work)
  }
  await preparePeriod.run({ orgId, ...period }, { ...ctx, inOrg: mortal })
}
