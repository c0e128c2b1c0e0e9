import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { listEvents, openEventFeed } from '@kangbao/shared/contracts/events.ts'
import { endForm } from '@kangbao/shared/contracts/forms.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'
import type { OrgScope } from '../../db/database.ts'
import { noteEvent } from '../../db/org-events.repo.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { deliverReports } from '../reports/delivery.jobs.ts'
import { numberEvents } from './events.jobs.ts'
import { forgetEvents } from './events.service.ts'
import { noteRoster } from './roster.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow))

const day = '2026-03-02'
const inOrg = <T>({ orgId }: World, work: (scope: OrgScope) => Promise<T>) =>
  server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, work)
const number = () => numberEvents(jobContext(server.deps, 'open-api.number', 0))

async function withFeed(): Promise<World> {
  const world = await newWorld(server)
  expect((await world.admin.inject(openEventFeed)).status).toBe(200)
  return world
}
async function file(person: Person, formId: string, temperature: number) {
  const answers = healthyAnswers(day, { temperature })
  const reply = await person.inject(fileSubmission, { params: { formId, period: day }, body: { answers } })
  expect(reply.status).toBe(200)
}
async function read(world: World, after?: number) {
  await number()
  const admin = world.as(world.admin, 'main-admin') // signed in anew, wherever the clock was moved
  return (await admin.inject(listEvents, { query: after === undefined ? {} : { after } })).body
}
const typesOf = ({ items }: { items: readonly { type: string }[] }) => items.map(({ type }) => type)

describe('X-08: the event feed', () => {
  it('tells every step of a form, its filings and its report, in order and without gaps, and of nobody more than his id', async () => {
    const world = await withFeed()
    const { id: formId } = await world.publish('zhengzhou/daily')
    await file(world.member, formId, 36.5)
    await file(world.member, formId, 37.6)
    await file(world.member, formId, 37.8) // abnormal before: no news
    await world.admin.inject(sendReport, { params: { kind: 'health' } })
    const delivering = { orgId: world.orgId, kind: 'health' as const }
    await deliverReports.run(delivering, jobContext(server.deps, deliverReports.name, 0))
    server.ports.verdict = () => ({
      accepted: false,
      refusal: { code: 'org.unknown', title: '不认识', detail: '' },
    })
    await world.admin.inject(sendReport, { params: { kind: 'health' } })
    await deliverReports.run(delivering, jobContext(server.deps, deliverReports.name, 0))
    await world.admin.inject(endForm, { params: { formId } })
    await world.admin.inject(endForm, { params: { formId } })
    const page = await read(world)
    expect(typesOf(page)).toEqual([
      'form.published',
      'submission.filed',
      'submission.revised',
      'submission.abnormal',
      'submission.revised',
      'report.delivered',
      'report.refused',
      'form.ended',
    ])
    expect(page.items.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    const [published, filed, , abnormal, , delivered, refused] = page.items
    expect(published?.data).toEqual({ formId, version: 1 })
    const about = { formId, period: day, memberId: world.member.memberId }
    expect(filed?.data).toMatchObject({ ...about, revision: 1 })
    expect(abnormal?.data).toMatchObject({ ...about, revision: 2 })
    expect(delivered?.data).toMatchObject({ kind: 'health', day, sequence: 1 })
    expect(refused?.data).toMatchObject({ code: 'org.unknown', sequence: 2 })
    expect(filed?.timestamp.slice(0, 16)).toBe('2026-03-02T02:00')
    expect(JSON.stringify(page)).not.toMatch(/员工|37\.|测试/)
  })

  it('is read by its numbers, any number of times, and says what to ask after next', async () => {
    const world = await withFeed()
    await inOrg(world, (scope) => noteRoster.joined(scope, [world.member.memberId], testNow))
    await inOrg(world, (scope) => noteRoster.left(scope, [world.member.memberId], testNow))
    await world.publish('zhengzhou/daily')
    await number()
    const ask = async (query: { after?: number; limit?: number }) =>
      (await world.admin.inject(listEvents, { query })).body
    expect(await ask({ limit: 2 })).toMatchObject({ next: 2, hasMore: true })
    expect(typesOf(await ask({ limit: 2 }))).toEqual(['member.joined', 'member.left'])
    expect(await ask({ after: 2 })).toMatchObject({ items: [{ sequence: 3 }], next: 3, hasMore: false })
    expect(await ask({ after: 3 })).toMatchObject({ items: [], next: 3, hasMore: false })
    expect(await ask({ after: 99 })).toMatchObject({ items: [], next: 3 })
    expect((await world.member.inject(listEvents, { query: {} })).problem.code).toBe('permission.missing')
  })

  it('keeps nothing where nobody asked for it, and nothing of what came before', async () => {
    const world = await newWorld(server)
    await world.publish('zhengzhou/daily')
    expect(await read(world)).toEqual({ items: [], next: 0, hasMore: false, openedAt: null })
    await world.admin.inject(openEventFeed)
    expect(await read(world)).toMatchObject({ items: [], openedAt: expect.any(String) as string })
  })

  it('numbers what is committed late after what could be read before, so that no reader misses it', async () => {
    const world = await withFeed()
    const data = { formId: world.orgId }
    await inOrg(world, async (late) => {
      await noteEvent(late, { type: 'form.ended', at: testNow, data })
      await inOrg(world, (scope) => noteRoster.joined(scope, [world.member.memberId], testNow))
      expect(typesOf(await read(world))).toEqual(['member.joined'])
    })
    expect(typesOf(await read(world, 1))).toEqual(['form.ended'])
    await inOrg(world, (scope) => noteEvent(scope, { type: 'form.ended', at: testNow, data })).then(number)
    await expect(
      inOrg(world, async (scope) => {
        await noteEvent(scope, { type: 'form.ended', at: testNow, data })
        throw new Error('undone')
      }),
    ).rejects.toThrow('undone')
    expect((await read(world)).items.map(({ sequence }) => sequence)).toEqual([1, 2, 3])
  })

  it('keeps events thirty days; whoever asks after what is gone is told so', async () => {
    const world = await withFeed()
    await inOrg(world, (scope) => noteRoster.joined(scope, [world.member.memberId], testNow))
    await read(world)
    server.deps.clock.advance(31 * 86_400_000)
    const now = server.deps.clock.now()
    await inOrg(world, (scope) => noteRoster.left(scope, [world.member.memberId], now))
    await read(world)
    await inOrg(world, (scope) => forgetEvents(scope, now))
    expect(await read(world)).toMatchObject({ items: [{ sequence: 2 }], next: 2 })
    const late = await world.as(world.admin, 'main-admin').inject(listEvents, { query: { after: 0 } })
    expect([late.status, late.problem.code, late.problem.details]).toEqual([
      410,
      'event.expired',
      { oldest: 2 },
    ])
    await inOrg(world, (scope) => forgetEvents(scope, now + 31 * 86_400_000))
    expect(await read(world)).toMatchObject({ items: [], next: 2 })
    const { rows } = await inOrg(world, ({ tx }) => tx.execute(sql`select from org_events`))
    expect(rows).toEqual([])
  })
})
