import { sql } from 'drizzle-orm'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { listExports, startExport } from '@kangbao/shared/contracts/exports.ts'
import { changeFormSettings } from '@kangbao/shared/contracts/forms.ts'
import { crowd, largeWorld, prepare as runPrepare } from '../../../test/large-world.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { plainSettings, type World } from '../../../test/world.ts'
import { jobContext, type JobDefinition } from '../../jobs/define-job.ts'
import { runExport } from '../exports/exports.jobs.ts'
import { sendDigest } from '../notifications/digests.jobs.ts'
import { runStep } from '../notifications/steps.jobs.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const prepare = (world: World, formId: string, killedAfter?: number) =>
  runPrepare(server, world, { formId, periodStart: civilDate(day) }, killedAfter)

async function rowsOf<Row extends Record<string, unknown>>({ orgId }: World, query: ReturnType<typeof sql>) {
  const actor = { kind: 'system', name: 'test' } as const
  return server.deps.database.inOrg(orgId, actor, async ({ tx }) => (await tx.execute<Row>(query)).rows)
}

/** Runs what the org owes of a job, as the worker does when its time has come; returns how much there was. */
async function runOwed(world: World, job: JobDefinition): Promise<number> {
  const owed = await rowsOf<{ id: string; payload: unknown; generation: number }>(
    world,
    sql`update outbox set relayed_at = now() where org_id = ${world.orgId} and job = ${job.name}
      returning id, payload, generation`,
  )
  for (const { id, payload, generation } of owed) {
    await job.run(Value.Parse(job.data, payload), jobContext(server.deps, 'test', 0))
    await rowsOf(world, sql`delete from outbox where id = ${id} and generation = ${generation}`)
  }
  return owed.length
}

it('Z-33: reminders and what managers are told wait for a list that is being written anew', async () => {
  const world = await largeWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily', { repeat: null })
  await prepare(world, formId)
  // The audience changes after the send: everybody is gone through again.
  const audience = { kind: 'some' as const, departmentIds: [3], userIds: [] }
  await world.admin.inject(changeFormSettings, { params: { formId }, body: { ...plainSettings, audience } })
  await expect(prepare(world, formId, 1)).rejects.toThrow('killed')

  const at = new Date(server.deps.clock.now()).toISOString()
  const kinds = ['remind-members', 'remind-mail'] as const
  const told = () =>
    rowsOf<{ kind: string; recipients: number }>(
      world,
      sql`select kind, recipients from pushes where form_id = ${formId} and kind like 'remind-%' order by kind`,
    )
  for (const kind of kinds)
    await runStep.run({ orgId: world.orgId, formId, kind, sendAt: at }, jobContext(server.deps, 'test', 0))
  const steps = [{ formId, kind: 'remind-admins' as const, sendAt: at }]
  await sendDigest.run({ orgId: world.orgId, steps }, jobContext(server.deps, 'test', 0))
  expect(await told()).toEqual([])

  await prepare(world, formId)
  expect(await runOwed(world, runStep)).toBe(kinds.length)
  const noted = await rowsOf<{ kind: string }>(
    world,
    sql`delete from due_sends where form_id = ${formId} and kind = 'remind-admins' returning kind`,
  )
  expect(noted).toHaveLength(1)
  await sendDigest.run({ orgId: world.orgId, steps }, jobContext(server.deps, 'test', 0))
  expect(await told()).toEqual([
    { kind: 'remind-admins', recipients: 1 },
    { kind: 'remind-mail', recipients: 0 },
    { kind: 'remind-members', recipients: crowd / 3 + 1 },
  ])
})

it('Z-36: a table of everybody who was asked is not written before everybody is on the list', async () => {
  const world = await largeWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily')
  await expect(prepare(world, formId, 1)).rejects.toThrow('killed')
  const request = { shape: 'matrix', format: 'csv', from: day, to: day, locale: 'zh-CN' } as const
  const started = await world.admin.inject(startExport, { params: { formId }, body: request })
  expect(started.status).toBe(200)
  const exports = async () => (await world.admin.inject(listExports, { params: { formId } })).body.items
  await runOwed(world, runExport)
  expect(await exports()).toMatchObject([{ state: 'queued' }])
  await prepare(world, formId)
  // How a long table is written is another matter: the crowd goes again.
  const few = [world.admin, ...world.members].map(({ memberId }) => memberId)
  await rowsOf(
    world,
    sql`delete from expectations where form_id = ${formId} and member_id <> all(${sql.param(few)}::uuid[])`,
  )
  expect(await runOwed(world, runExport)).toBe(1)
  expect(await exports()).toMatchObject([{ state: 'ready', rowsDone: 3 }])
})
