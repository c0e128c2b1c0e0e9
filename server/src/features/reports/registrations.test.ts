import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { endForm } from '@kangbao/shared/contracts/forms.ts'
import {
  getEmploymentStatus,
  listReportPeople,
  listReports,
  sendReport,
  type ReportFigure,
} from '@kangbao/shared/contracts/reports.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { workStartAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import type { OrgScope } from '../../db/database.ts'
import { membersChanged } from '../completeness/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.startJobs()
})
afterAll(() => server.close())

const params = { kind: 'employment' as const }

async function register(form: { id: string }, person: Person) {
  const filing = { params: { formId: form.id, period: 'once' }, body: { answers: workStartAnswers() } }
  expect((await person.inject(fileSubmission, filing)).status).toBe(200)
}
async function report(world: World) {
  await world.admin.inject(sendReport, { params })
  await until(
    async () => (await world.admin.inject(listReports, { params, query: {} })).body.items[0]?.state,
    (state) => state === 'delivered',
  )
}
/** Reported, unreported, not registered; each as often as its list is long. */
async function numbers(world: World) {
  const { body } = await world.admin.inject(getEmploymentStatus)
  const listed = async (figure: ReportFigure) =>
    (await world.admin.inject(listReportPeople, { params, query: { figure } })).body.items.length
  const shown = [body.reported, body.unreported, body.notRegistered]
  expect([await listed('reported'), await listed('unreported'), await listed('not-registered')]).toEqual(
    shown,
  )
  return shown
}
const inWorld = (world: World, work: (scope: OrgScope) => Promise<unknown>) =>
  server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, work)

it.each(['employment', 'health'] as const)(
  'Z-42: before its form is published the %s report lists the members behind its numbers, and nobody who filed',
  async (kind) => {
    const world = await newWorld(server)
    const listed = async (figure: ReportFigure) => {
      const reply = await world.admin.inject(listReportPeople, { params: { kind }, query: { figure } })
      return [reply.status, reply.body.items.length]
    }
    expect(await listed('total')).toEqual([200, 5])
    for (const figure of ['not-registered', 'not-collected'] as const)
      expect(await listed(figure)).toEqual([200, 5])
    for (const figure of ['reported', 'unreported', 'collected', 'abnormal'] as const)
      expect(await listed(figure)).toEqual([200, 0])
  },
)

it('Z-40: who was reported stays counted when more register, and leaves the count by leaving', async () => {
  const world = await newWorld(server)
  const form = await world.publish('zhengzhou/work-start', { repeat: null })
  const [first, second, third, fourth] = world.members
  if (!first || !second || !third || !fourth) throw new Error('four members')
  await inWorld(world, ({ tx }) =>
    tx.execute(sql`update members set left_at = now() where id = ${fourth.memberId}`),
  )
  await inWorld(world, (scope) => membersChanged(scope, 'all', server.deps.clock.now()))
  await register(form, first)
  await register(form, second)
  expect(await numbers(world)).toEqual([0, 2, 2])
  await report(world)
  expect(await numbers(world)).toEqual([2, 0, 2])
  await register(form, third)
  expect(await numbers(world)).toEqual([2, 1, 1])

  // One leaves and another comes in the same breath: as many are expected as before.
  await inWorld(world, async (scope) => {
    await scope.tx.execute(sql`
      update members set left_at = case when id = ${first.memberId} then now() end
      where id in (${first.memberId}, ${fourth.memberId})`)
    await membersChanged(scope, 'all', server.deps.clock.now())
  })
  expect(await numbers(world)).toEqual([1, 1, 2])
})

it('Z-40: published anew, a reported person counts from the moment of registering again', async () => {
  const world = await newWorld(server)
  const before = await world.publish('zhengzhou/work-start', { repeat: null })
  await register(before, world.member)
  await report(world)
  await world.admin.inject(endForm, { params: { formId: before.id } })
  const form = await world.publish('zhengzhou/work-start', { repeat: null })
  expect(await numbers(world)).toEqual([0, 0, 5])
  await register(form, world.member)
  expect(await numbers(world)).toEqual([1, 0, 4])
})
