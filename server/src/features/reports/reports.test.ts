import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  getEmploymentStatus,
  getHealthStatus,
  listReportPeople,
  searchReportPeople,
  listReports,
  remindReportPeople,
  sendReport,
  type ReportFigure,
  type ReportKind,
} from '@kangbao/shared/contracts/reports.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { healthyAnswers, workStartAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { until } from '../../../test/until.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  server.startJobs()
})
afterAll(() => server.close())
beforeEach(() => {
  server.ports.verdict = (report) => ({ accepted: true, receiptNo: `R-${report.reportId.slice(-8)}` })
})

const minute = 60_000
const day = '2026-03-02'
const health = { params: { kind: 'health' as const } }
const employment = { params: { kind: 'employment' as const } }

async function fileHealth(form: { id: string }, person: Person, changes: Answers = {}) {
  const params = { formId: form.id, period: day }
  const reply = await person.inject(fileSubmission, {
    params,
    body: { answers: healthyAnswers(day, changes) },
  })
  expect([reply.status, reply.problem.code]).toEqual([200, undefined])
}
async function register(form: { id: string }, person: Person) {
  const params = { formId: form.id, period: 'once' }
  const reply = await person.inject(fileSubmission, { params, body: { answers: workStartAnswers() } })
  expect([reply.status, reply.problem.code]).toEqual([200, undefined])
}
const states = async (world: World, kind: ReportKind) =>
  (await world.admin.inject(listReports, { params: { kind }, query: {} })).body.items.map(
    ({ state }) => state,
  )
const sentBy = (world: World) => server.ports.reports.filter(({ org }) => org.corpId === world.corpId)
const namesBehind = async (world: World, kind: ReportKind, figure: ReportFigure) => {
  const query = { figure }
  const { body } = await world.admin.inject(listReportPeople, { params: { kind }, query })
  return body.items.map(({ name }) => name).sort()
}

describe('the employment report', () => {
  it('Z-40, Z-41: numbers change when the government has acknowledged, and then there is nothing new', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/work-start', { repeat: null })
    const [first, second] = world.members
    if (!first || !second) throw new Error('two members')
    await register(form, first)
    await register(form, second)
    expect((await world.admin.inject(getEmploymentStatus)).body).toMatchObject({
      totalMembers: 5,
      reported: 0,
      unreported: 2,
      notRegistered: 3,
      canReport: true,
      inFlight: null,
      lastDeliveredAt: null,
    })

    let letIn = false
    server.ports.verdict = () => (letIn ? { accepted: true, receiptNo: 'R-1' } : 'unavailable')
    const sent = await world.admin.inject(sendReport, employment)
    expect(sent.body).toMatchObject({
      kind: 'employment',
      sequence: 1,
      state: 'queued',
      madeBy: world.admin.name,
      counts: { totalMembers: 5, registered: 2, registeredNew: 2, notRegistered: 3 },
    })
    await until(
      () => states(world, 'employment'),
      ([state]) => state === 'retrying',
    )
    const waiting = await world.admin.inject(getEmploymentStatus)
    expect(waiting.body).toMatchObject({
      reported: 0,
      unreported: 2,
      canReport: false,
      inFlight: { sequence: 1 },
    })
    expect(await namesBehind(world, 'employment', 'unreported')).toEqual([first.name, second.name])

    const again = await world.admin.inject(sendReport, employment)
    expect([again.status, again.problem.code]).toEqual([409, 'report.in-progress'])

    letIn = true
    server.deps.clock.advance(10_000)
    await until(
      () => states(world, 'employment'),
      ([state]) => state === 'delivered',
    )
    const after = await world.admin.inject(getEmploymentStatus)
    expect(after.body).toMatchObject({
      reported: 2,
      unreported: 0,
      notRegistered: 3,
      canReport: false,
      inFlight: null,
    })
    expect(after.body.lastDeliveredAt).not.toBeNull()
    expect(await namesBehind(world, 'employment', 'reported')).toEqual([first.name, second.name])
    expect(await namesBehind(world, 'employment', 'not-registered')).toHaveLength(3)

    const nothing = await world.admin.inject(sendReport, employment)
    expect([nothing.status, nothing.problem.code]).toEqual([409, 'report.nothing-new'])
    const history = await world.admin.inject(listReports, { ...employment, query: {} })
    expect(history.body.items).toMatchObject([{ sequence: 1, state: 'delivered', receiptNo: 'R-1' }])
  })

  it('Z-44: a refusal shows its reason, stops, frees the registrations, tells the admins and lets the next go', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/work-start', { repeat: null })
    await register(form, world.member)
    const refusal = { code: 'org.unknown', title: '企业未备案', detail: '请先备案' }
    server.ports.verdict = () => ({ accepted: false, refusal })
    await world.admin.inject(sendReport, employment)
    await until(
      () => states(world, 'employment'),
      ([state]) => state === 'refused',
    )
    const { items } = (await world.admin.inject(listReports, { ...employment, query: {} })).body
    expect(items[0]).toMatchObject({ refusal, attempts: 1, receiptNo: null })
    const told = await until(
      () =>
        server.ports.sent.filter(
          ({ target }) => target.corpId === world.corpId && target.app === 'employment-report',
        ),
      (sent) => sent.length > 0,
    )
    expect(told[0]?.userIds).toEqual(['admin'])
    expect(JSON.stringify(told[0]?.message)).toContain('企业未备案')

    server.ports.verdict = () => ({ accepted: true, receiptNo: 'R-2' })
    const next = await world.admin.inject(sendReport, employment)
    expect(next.body).toMatchObject({ sequence: 2, counts: { registeredNew: 1 } })
    await until(
      () => states(world, 'employment'),
      (all) => all.join() === 'delivered,refused',
    )
  })

  it('Z-40: without its form there is no report, and a member may not look', async () => {
    const world = await newWorld(server)
    const status = await world.admin.inject(getEmploymentStatus)
    expect(status.body).toMatchObject({ formId: null, totalMembers: 5, canReport: false })
    for (const reply of [
      await world.admin.inject(sendReport, employment),
      await world.admin.inject(remindReportPeople, health),
    ])
      expect([reply.status, reply.problem.code]).toEqual([409, 'report.form-missing'])
    expect((await world.member.inject(getEmploymentStatus)).problem.code).toBe('permission.missing')
    expect((await world.member.inject(sendReport, employment)).problem.code).toBe('permission.missing')
  })
})

describe('the health report', () => {
  it('Z-40, Z-41, Z-42: the day’s state, sent again; every figure opens its people', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    const [first, second] = world.members
    if (!first || !second) throw new Error('two members')
    await fileHealth(form, first)
    await fileHealth(form, second, { temperature: 38.2, symptoms: ['fever'] })
    expect((await world.admin.inject(getHealthStatus)).body).toMatchObject({
      day,
      totalMembers: 5,
      collected: 2,
      notCollected: 3,
      abnormal: 1,
      canReport: true,
    })
    expect((await world.admin.inject(sendReport, health)).body.counts).toEqual({
      totalMembers: 5,
      collected: 2,
      notCollected: 3,
      abnormal: 1,
      fever: 1,
    })
    await until(
      () => states(world, 'health'),
      ([state]) => state === 'delivered',
    )
    expect((await world.admin.inject(sendReport, health)).body.sequence).toBe(2)
    await until(
      () => states(world, 'health'),
      (all) => all.join() === 'delivered,delivered',
    )
    expect(sentBy(world).map(({ sequence }) => sequence)).toEqual([1, 2])

    const figures = ['total', 'collected', 'not-collected', 'abnormal'] as const
    const sizes = await Promise.all(
      figures.map(async (figure) => (await namesBehind(world, 'health', figure)).length),
    )
    expect(sizes).toEqual([5, 2, 3, 1])
    const page = { figure: 'total' as const, limit: 2 }
    const one = (await world.admin.inject(listReportPeople, { ...health, query: page })).body
    const cursor = one.nextCursor ?? ''
    const two = (await world.admin.inject(listReportPeople, { ...health, query: { ...page, cursor } })).body
    expect(new Set([...one.items, ...two.items].map(({ memberId }) => memberId)).size).toBe(4)
    const search = { figure: 'total' as const, search: second.name }
    const found = await world.admin.inject(searchReportPeople, { ...health, body: search })
    expect(found.body.items).toMatchObject([{ name: second.name, isAbnormal: true }])
  })

  it('Z-42: remind reaches the missing only, and not twice in ten minutes', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await fileHealth(form, world.member)
    expect((await world.admin.inject(remindReportPeople, health)).body).toEqual({ reminded: 4 })
    const again = await world.admin.inject(remindReportPeople, health)
    expect([again.status, again.problem.code]).toEqual([429, 'reminder.too-soon'])
    const sent = await until(
      () => server.ports.sent.filter(({ target }) => target.corpId === world.corpId),
      (all) => all.length > 0,
    )
    expect(sent[0]?.userIds).not.toContain(world.member.userId)
    server.deps.clock.advance(10 * minute)
    expect((await world.admin.inject(remindReportPeople, health)).body).toEqual({ reminded: 4 })
    for (const person of [...world.members.slice(1), world.admin]) await fileHealth(form, person)
    server.deps.clock.advance(10 * minute)
    expect((await world.admin.inject(remindReportPeople, health)).problem.code).toBe('reminder.nobody')
  })
})

describe('delivery', () => {
  it('Z-44: two taps in one moment make one report', async () => {
    const world = await newWorld(server)
    await world.publish('zhengzhou/daily')
    server.ports.verdict = () => 'unavailable'
    const taps = await Promise.all(Array.from({ length: 8 }, () => world.admin.inject(sendReport, health)))
    expect(taps.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(409)])
    expect(await states(world, 'health')).toHaveLength(1)
  })

  it('Z-44: with the receiver down for an hour nothing is lost, and then it drains in order', async () => {
    const world = await newWorld(server)
    await world.publish('zhengzhou/daily')
    let isDown = true
    server.ports.verdict = (report) =>
      isDown && report.org.corpId === world.corpId
        ? 'unavailable'
        : { accepted: true, receiptNo: `R-${report.sequence}` }
    await world.admin.inject(sendReport, health)
    // The daily run and an operator queue more behind the one that is stuck.
    for (const run of [1, 2]) {
      await addBehind(world, run)
    }
    const nextTry = async () => {
      const { inFlight } = (await world.admin.inject(getHealthStatus)).body
      return Date.parse(inFlight?.nextAttemptAt ?? '1970-01-01') - server.deps.clock.now()
    }
    for (let passed = 0; passed < 60; passed += 5) {
      await until(nextTry, (inMs) => inMs > 0) // tried just now, and put off again
      server.deps.clock.advance(5 * minute)
    }
    expect(await states(world, 'health')).toEqual(['queued', 'queued', 'retrying'])
    const { items } = (await world.admin.inject(listReports, { ...health, query: {} })).body
    expect(items.at(-1)?.attempts).toBeGreaterThan(5)
    expect(items.at(-1)?.attempts).toBeLessThan(14)
    isDown = false
    server.deps.clock.advance(30 * minute)
    await until(
      () => states(world, 'health'),
      (all) => all.every((state) => state === 'delivered'),
    )
    expect(sentBy(world).map(({ sequence }) => sequence)).toEqual([1, 2, 3])
  })

  it('Z-44: killed between the answer and the writing of it, the same report goes again and is applied once', async () => {
    const world = await newWorld(server)
    await world.publish('zhengzhou/daily')
    const { government } = server.ports
    const bodies: string[] = []
    const submit = government.submit.bind(government)
    let kills = 1
    Object.assign(government, {
      submit: async (report: Parameters<typeof submit>[0]) => {
        const verdict = await submit(report)
        bodies.push(JSON.stringify(report))
        if (report.org.corpId === world.corpId && kills-- > 0) throw new Error('killed here')
        return verdict
      },
    })
    await world.admin.inject(sendReport, health)
    await until(
      () => states(world, 'health'),
      ([state]) => state === 'retrying',
    )
    await server.deps.database.inSystem(({ tx }) =>
      tx.execute(sql`update orgs set name = '改名企业' where id = ${world.orgId}`),
    )
    server.deps.clock.advance(10_000)
    await until(
      () => states(world, 'health'),
      ([state]) => state === 'delivered',
    )
    Object.assign(government, { submit })
    expect(bodies).toHaveLength(2)
    expect(bodies[1]).toBe(bodies[0]) // same key and the same to the byte: the receiver drops the second
  })

  it('Z-43: history is paged, newest first', async () => {
    const world = await newWorld(server)
    await world.publish('zhengzhou/daily')
    for (const run of [1, 2, 3]) await addBehind(world, run)
    await until(
      () => states(world, 'health'),
      (all) => all.every((state) => state === 'delivered'),
    )
    const first = (await world.admin.inject(listReports, { ...health, query: { limit: 2 } })).body
    const cursor = first.nextCursor ?? ''
    const second = (await world.admin.inject(listReports, { ...health, query: { limit: 2, cursor } })).body
    expect([first, second].flatMap(({ items }) => items.map(({ sequence }) => sequence))).toEqual([3, 2, 1])
    expect(second.nextCursor).toBeNull()
    const foreign = await newWorld(server)
    expect((await foreign.admin.inject(listReports, { ...health, query: {} })).body.items).toEqual([])
  })
})

/** One more report of the day, as the daily run makes it: whatever is on its way. */
async function addBehind(world: World, n: number) {
  const id = (part: string) => `01938f6e-3c2a-7c3e-9a5${n}-${part}${world.orgId.slice(-10)}`
  const now = new Date(server.deps.clock.now()).toISOString()
  await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`
      select outcome from make_report(${id('aa')}, 'health', 'zhengzhou/daily', ${day}, ${day}, 1000001, ${now}, null,
        null, false, ${id('bb')}, ${now})`),
  )
}
