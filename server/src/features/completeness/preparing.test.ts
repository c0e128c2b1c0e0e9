import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { getCompleteness, listDepartmentCompleteness } from '@kangbao/shared/contracts/completeness.ts'
import { changeFormSettings, getForm, listForms } from '@kangbao/shared/contracts/forms.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { crowd, largeWorld, prepare as runPrepare } from '../../../test/large-world.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { plainSettings, type World } from '../../../test/world.ts'
import type { OrgScope } from '../../db/database.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { runStep } from '../notifications/steps.jobs.ts'
import { repair } from './counters.repo.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const inWorld = <T>({ orgId }: World, work: (scope: OrgScope) => Promise<T>) =>
  server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, work)

const prepare = (world: World, formId: string, killedAfter?: number) =>
  runPrepare(server, world, { formId, periodStart: civilDate(day) }, killedAfter)

async function current({ admin }: World, formId: string) {
  const form = (await admin.inject(getForm, { params: { formId } })).body
  const listed = (await admin.inject(listForms, { query: {} })).body.items.find(({ id }) => id === formId)
  expect(listed?.current).toEqual(form.current)
  return form.current
}

async function numbers({ admin }: World, formId: string) {
  const { body } = await admin.inject(getCompleteness, { params: { formId, period: day } })
  return [body.expected, body.collected]
}

async function byDepartment({ admin }: World, formId: string) {
  const params = { formId, period: day }
  const { body } = await admin.inject(listDepartmentCompleteness, { params, query: {} })
  return body.items.map(({ departmentId, expected }) => [departmentId, expected])
}

const drift = (world: World, formId: string) =>
  inWorld(world, (scope) => repair(scope, { formId, periodStart: civilDate(day) }))

async function file({ member }: World, formId: string) {
  const body = { answers: healthyAnswers(day) }
  expect((await member.inject(fileSubmission, { params: { formId, period: day }, body })).status).toBe(200)
}

async function sends(world: World, formId: string) {
  const { rows } = await inWorld(world, ({ tx }) =>
    tx.execute<{ recipients: number }>(sql`select recipients from pushes where form_id = ${formId}`),
  )
  return rows.map(({ recipients }) => recipients)
}

it('Z-31, Z-36: a large org’s list is written by jobs, survives a killed worker and two at once, and counts nobody twice', async () => {
  const world = await largeWorld(server)
  const { id: formId, current: published } = await world.publish('zhengzhou/daily')
  expect(published).toMatchObject({ expected: 0, preparing: { done: 0, of: 0 } })

  await file(world, formId)
  expect(await numbers(world, formId)).toEqual([1, 1])

  await expect(prepare(world, formId, 1)).rejects.toThrow('killed')
  expect(await current(world, formId)).toMatchObject({
    expected: 5_000,
    collected: 1,
    preparing: { done: 5_000, of: crowd + 3 },
  })
  expect(await drift(world, formId)).toEqual([])

  await Promise.all([prepare(world, formId), prepare(world, formId)])
  expect(await current(world, formId)).toMatchObject({ expected: crowd + 3, collected: 1, preparing: null })
  expect(await byDepartment(world, formId)).toEqual([
    [2, 8_001],
    [3, 4_001],
  ])
  await prepare(world, formId)
  expect(await drift(world, formId)).toEqual([])
})

it('Z-33: a form goes out once the list is complete, to everybody on it', async () => {
  const world = await largeWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily', { repeat: null })
  const sendAt = new Date(server.deps.clock.now()).toISOString()
  const step = { orgId: world.orgId, formId, kind: 'send' as const, sendAt }
  const send = () => runStep.run(step, jobContext(server.deps, 'test', 0))

  await expect(prepare(world, formId, 1)).rejects.toThrow('killed')
  await send()
  expect(await sends(world, formId)).toEqual([])
  const { rows: owed } = await inWorld(world, ({ tx, orgId }) =>
    tx.execute(sql`select from outbox where org_id = ${orgId} and job = ${runStep.name}`),
  )
  expect(owed).toHaveLength(1)

  await prepare(world, formId)
  await send()
  await send()
  expect(await sends(world, formId)).toEqual([crowd + 3])
})

it('Z-31: another audience of a large org is gone through from its first member on', async () => {
  const world = await largeWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily')
  await file(world, formId)
  await expect(prepare(world, formId, 2)).rejects.toThrow('killed')
  const settings = {
    ...plainSettings,
    audience: { kind: 'some' as const, departmentIds: [3], userIds: [world.member.userId] },
  }
  const changed = await world.admin.inject(changeFormSettings, { params: { formId }, body: settings })
  expect(changed.body.current.preparing).toEqual({ done: 0, of: 0 })
  await prepare(world, formId)
  expect(await current(world, formId)).toMatchObject({ expected: 4_002, collected: 1, preparing: null })
  expect(await drift(world, formId)).toEqual([])
})
