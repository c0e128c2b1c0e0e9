import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listCompletenessPeople, type PersonState } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type World } from '../../../test/world.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const inWorld = (world: World, statement: ReturnType<typeof sql>) =>
  server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    return (await tx.execute(statement)).rows
  })

async function people({ admin }: World, formId: string, state: PersonState, departmentId: number) {
  const query = { state, departmentId }
  const reply = await admin.inject(listCompletenessPeople, { params: { formId, period: day }, query })
  return reply.body.items.map(({ memberId }) => memberId).toSorted()
}

/** Department 3 has a workshop below it, where its second member stands. */
async function withWorkshop() {
  const world = await newWorld(server)
  const [, , inOffice, inWorkshop] = world.members
  if (!inOffice || !inWorkshop) throw new Error('an org of four has four')
  await inWorld(
    world,
    sql`insert into departments (org_id, department_id, parent_id, name, path)
      values (${world.orgId}, 31, 3, '一车间', '{1,3,31}')`,
  )
  for (const table of ['members', 'member_departments'])
    await inWorld(
      world,
      sql`update ${sql.raw(table)} set department_id = 31
        where ${sql.raw(table === 'members' ? 'id' : 'member_id')} = ${inWorkshop.memberId}`,
    )
  const { id: formId } = await world.publish('zhengzhou/daily')
  const body = { answers: healthyAnswers(day) }
  await inWorkshop.inject(fileSubmission, { params: { formId, period: day }, body })
  return { world, formId, office: inOffice.memberId, workshop: inWorkshop.memberId }
}

it('Z-36: a department’s lists hold those below it, whoever they are asked for', async () => {
  const { world, formId, office, workshop } = await withWorkshop()
  expect(await people(world, formId, 'expected', 3)).toEqual([office, workshop].toSorted())
  expect(await people(world, formId, 'missing', 3)).toEqual([office])
  expect(await people(world, formId, 'collected', 3)).toEqual([workshop])
  expect(await people(world, formId, 'expected', 31)).toEqual([workshop])
  expect(await people(world, formId, 'missing', 31)).toEqual([])
})

it('Z-36: they stay those of the day when the departments are others by now', async () => {
  const { world, formId, office, workshop } = await withWorkshop()
  await inWorld(world, sql`update departments set parent_id = 2, path = '{1,2,31}' where department_id = 31`)
  expect(await people(world, formId, 'expected', 3)).toEqual([office, workshop].toSorted())
  expect(await people(world, formId, 'collected', 3)).toEqual([workshop])
  expect(await people(world, formId, 'collected', 2)).toEqual([])
})

it('months to come have the index that lists of a department are read by', async () => {
  const owner = new pg.Client({ connectionString: server.ownerUrl })
  await owner.connect()
  await owner.query(`select create_period_partitions('2031-05-01', 1)`)
  await owner.end()
  const counted = await server.deps.database.inSystem(({ tx }) => {
    return tx.execute<{ partitions: number; indexed: number }>(sql`
      select (select count(*)::int from pg_inherits where inhparent = 'expectations'::regclass) as partitions,
        (select count(*)::int from pg_inherits i join pg_index x on x.indexrelid = i.inhrelid
          where i.inhparent = 'expectations__department'::regclass and x.indisvalid) as indexed`)
  })
  const [row] = counted.rows
  expect(row?.partitions).toBeGreaterThan(0)
  expect(row?.indexed).toBe(row?.partitions)
})
