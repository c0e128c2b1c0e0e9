import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  correctSubmission,
  fileSubmission,
  getFilling,
  getSubmission,
  listMyForms,
  listMySubmissions,
} from '@kangbao/shared/contracts/submissions.ts'
import { endForm } from '@kangbao/shared/contracts/forms.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { healthyAnswers, workStartAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'

const day = '2026-03-02'
const nextDay = '2026-03-03'
const yesterdayNoon = Date.parse('2026-03-02T04:00:00Z')
const tomorrowNoon = yesterdayNoon + 86_400_000

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

function rowsOf<T extends Record<string, unknown>>(
  world: World,
  query: ReturnType<typeof sql>,
): Promise<T[]> {
  return server.deps.database.inOrg(
    world.orgId,
    { kind: 'system', name: 'test' },
    async ({ tx }) => (await tx.execute(query)).rows as T[],
  )
}

const fileBy = (person: Person, formId: string, answers: Answers, period = day) =>
  person.inject(fileSubmission, { params: { formId, period }, body: { answers } })

describe('filing', () => {
  it('Z-35: gives a receipt with a short number, and a second filing before the cut-off is the next revision', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    const first = await fileBy(world.member, form.id, healthyAnswers(day))
    expect(first.body).toMatchObject({ revision: 1, period: day, findings: [], isAbnormal: false })
    expect(first.body.number).toMatch(/^260302[0-9A-HJKMNP-TV-Z]{6}$/)
    const second = await fileBy(world.member, form.id, healthyAnswers(day, { temperature: 36.9 }))
    expect(second.body).toMatchObject({ revision: 2, number: first.body.number })
    expect(second.body.submissionId).toBe(first.body.submissionId)
    const kept = await rowsOf(world, sql`select revision from submission_revisions`)
    expect(kept).toEqual([{ revision: 1 }])
  })

  it('X-02: answers are sealed for their own row and revision; only facets can be read', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await fileBy(world.member, form.id, healthyAnswers(day, { remarks: '一切都好' }))
    const [row] = await rowsOf<{ answers: Buffer; facets: number[] }>(
      world,
      sql`select answers, facets from submissions`,
    )
    expect(row?.answers.toString('utf8')).not.toContain('410105')
    expect(row?.facets).toEqual([4001, 5001, 7001, 8001, 9001, 10001, 12002])
    const place = (revision: number) => ({
      orgId: world.orgId,
      table: 'submissions',
      column: 'answers',
      row: `${form.id}/${day}/${world.member.memberId}/${revision}`,
    })
    expect(await server.deps.vault.open(place(1), row?.answers ?? Buffer.alloc(0))).toContain('一切都好')
    await expect(server.deps.vault.open(place(2), row?.answers ?? Buffer.alloc(0))).rejects.toThrow()
  })

  it.each([
    { name: 'well', changes: {}, findings: [] },
    { name: '37.2 ℃', changes: { temperature: 37.2 }, findings: [] },
    { name: '37.3 ℃', changes: { temperature: 37.3 }, findings: ['fever'] },
    { name: 'a cough', changes: { symptoms: ['dry-cough'] }, findings: ['symptom'] },
    { name: 'contact with a case', changes: { 'contact-case': 'yes' }, findings: ['contact'] },
    { name: 'contact with a region', changes: { 'contact-region': 'yes' }, findings: ['contact'] },
    { name: 'a stay in a region', changes: { 'been-region': 'yes' }, findings: ['contact'] },
    {
      name: 'everything',
      changes: { temperature: 39, symptoms: ['fever', 'fatigue'], 'been-region': 'yes' },
      findings: ['fever', 'symptom', 'contact'],
    },
  ])('Z-38: $name → $findings', async ({ changes, findings }) => {
    const world = await newWorld(server, { members: 1 })
    const form = await world.publish('zhengzhou/daily')
    const { body } = await fileBy(world.member, form.id, healthyAnswers(day, changes))
    expect(body).toMatchObject({ findings, isAbnormal: findings.length > 0 })
    const owed = await rowsOf(
      world,
      sql`select payload from outbox where org_id = ${world.orgId} and job = 'notifications.alert'`,
    )
    const payload = { orgId: world.orgId, formId: form.id, periodStart: day, memberId: world.member.memberId }
    expect(owed).toEqual(findings.length > 0 ? [{ payload }] : [])
  })

  it.each([
    { name: 'temperature 60', changes: { temperature: 60 }, field: 'temperature', reason: 'number.max' },
    { name: 'a date tomorrow', changes: { date: nextDay }, field: 'date', reason: 'date.too-late' },
    { name: 'a field the form has not', changes: { shoe: '43' }, field: 'shoe', reason: 'field.unknown' },
    {
      name: 'none and fever',
      changes: { symptoms: ['none', 'fever'] },
      field: 'symptoms',
      reason: 'choice.exclusive',
    },
    {
      name: 'other without words',
      changes: { symptoms: ['other'] },
      field: 'symptoms-other',
      reason: 'required',
    },
  ])('Z-38: $name is refused at its field', async ({ changes, field, reason }) => {
    const world = await newWorld(server, { members: 1 })
    const form = await world.publish('zhengzhou/daily')
    const { status, problem } = await fileBy(world.member, form.id, healthyAnswers(day, changes))
    expect([status, problem.code]).toEqual([422, 'answers.invalid'])
    expect(problem.details['problems']).toEqual([expect.objectContaining({ field, reason })])
    expect(await rowsOf(world, sql`select from submissions`)).toEqual([])
  })

  it('refuses what does not fit the schema, an unknown form, a period of another kind, and an operator', async () => {
    const world = await newWorld(server)
    const other = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    const send = (formId: string, period: string, who = world.member) =>
      fileBy(who, formId, healthyAnswers(day), period)
    expect((await send(form.id, '2026-03')).problem.code).toBe('resource.missing')
    expect((await send(form.id, '2026-02-30')).problem.code).toBe('resource.missing')
    expect((await send('01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c', day)).problem.code).toBe('resource.missing')
    expect((await send(form.id, day, other.member)).status).toBe(404)
    const bent = await world.member.inject(fileSubmission, {
      params: { formId: form.id, period: day },
      // JSON.parse gives `any`: what a broken client might send.
      body: { answers: { temperature: JSON.parse('null') } },
    })
    expect(bent.problem.code).toBe('request.invalid')
  })

  it('Z-31: who is not in the range may not file, and an ended form takes nothing', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily', {
      audience: { kind: 'some', departmentIds: [2], userIds: [] },
    })
    const outsider = world.members.at(-1) ?? world.admin
    expect((await fileBy(outsider, form.id, healthyAnswers(day))).problem.code).toBe('form.not-in-audience')
    expect((await outsider.inject(getFilling, { params: { formId: form.id } })).problem.code).toBe(
      'form.not-in-audience',
    )
    expect((await fileBy(world.member, form.id, healthyAnswers(day))).status).toBe(200)
    await world.admin.inject(endForm, { params: { formId: form.id } })
    expect((await fileBy(world.member, form.id, healthyAnswers(day))).problem.code).toBe('form.ended')
  })

  it('Z-31: the end is seen by a process that has not heard of it', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await fileBy(world.member, form.id, healthyAnswers(day))
    await rowsOf(world, sql`update forms set state = 'ended' where id = ${form.id}`)
    expect((await fileBy(world.member, form.id, healthyAnswers(day))).problem.code).toBe('form.ended')
  })

  it('Z-31: a form open to anyone stores what a member outside the range files, and counts nobody for it', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily', {
      whoMayFill: 'anyone',
      audience: { kind: 'some', departmentIds: [2], userIds: [] },
    })
    const outsider = world.members.at(-1) ?? world.admin
    expect((await fileBy(outsider, form.id, healthyAnswers(day))).status).toBe(200)
    const counted = await rowsOf(
      world,
      sql`
      select sum(collected)::int as collected, sum(expected)::int as expected from completeness_counters where department_id = 0`,
    )
    expect(counted).toEqual([{ collected: 0, expected: 2 }])
  })

  it('Z-31: tells the publisher of new answers once per ten minutes', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily', { tellsPublisher: true })
    for (const person of world.members) await fileBy(person, form.id, healthyAnswers(day))
    const owed = await rowsOf(
      world,
      sql`
      select payload from outbox where org_id = ${world.orgId} and job = 'notifications.new-answers'`,
    )
    expect(owed).toEqual([{ payload: { orgId: world.orgId, formId: form.id, periodStart: day } }])
  })
})

describe('the filling page', () => {
  it('Z-34: offers what may be carried from the last time, never temperature, symptoms or contacts', async () => {
    const server = await startTestServer()
    try {
      const world = await newWorld(server)
      const form = await world.publish('zhengzhou/daily')
      const at = { params: { formId: form.id } }
      const before = await world.member.inject(getFilling, at)
      expect(before.body).toMatchObject({
        period: day,
        today: day,
        mine: null,
        last: null,
        window: { state: 'open' },
      })
      expect(before.body.profile).toEqual({ name: '员工1', department: '生产部', phone: null })
      const answers = healthyAnswers(day, {
        isolation: 'home',
        'isolation-since': '2026-02-28',
        remarks: '居家',
      })
      await world.member.inject(fileSubmission, {
        params: { formId: form.id, period: day },
        body: { answers },
      })
      expect((await world.member.inject(getFilling, at)).body.mine).toMatchObject({
        answers,
        receipt: { revision: 1 },
      })
      server.deps.clock.set(tomorrowNoon)
      const after = await world.member.inject(getFilling, at)
      expect(after.body).toMatchObject({ period: nextDay, mine: null })
      expect(after.body.last).toEqual({
        period: day,
        answers: {
          place: { code: '410105' },
          isolation: 'home',
          'isolation-since': '2026-02-28',
          'at-work': 'yes',
        },
      })
    } finally {
      await server.close()
    }
  })

  it('lists my forms, unfilled first, and my history page by page', async () => {
    const world = await newWorld(server)
    const daily = await world.publish('zhengzhou/daily')
    const once = await world.publish('zhengzhou/work-start', { repeat: null })
    await fileBy(world.member, once.id, workStartAnswers(), 'once')
    const mine = await world.member.inject(listMyForms)
    expect(mine.body.items.map(({ formId, filedAt }) => [formId, filedAt !== null])).toEqual([
      [daily.id, false],
      [once.id, true],
    ])
    await fileBy(world.member, daily.id, healthyAnswers(day))
    const newest = await world.member.inject(listMySubmissions, { query: { limit: 1 } })
    expect(newest.body.items.map(({ formId, period }) => [formId, period])).toEqual([[daily.id, day]])
    const oldest = await world.member.inject(listMySubmissions, {
      query: { limit: 1, cursor: newest.body.nextCursor ?? '' },
    })
    expect(oldest.body.items.map(({ formId, period }) => [formId, period])).toEqual([[once.id, 'once']])
    expect(oldest.body.nextCursor).toBeNull()
    expect((await world.admin.inject(listMySubmissions, { query: {} })).body.items).toEqual([])
  })
})

describe('Z-35: the cut-off', () => {
  it('closes with the day, is not open before it, and leaves the correction to the admin, with a reason', async () => {
    const server = await startTestServer()
    try {
      const world = await newWorld(server)
      const form = await world.publish('zhengzhou/daily')
      const params = { formId: form.id, period: day, memberId: world.member.memberId }
      const file = (period: string) =>
        world.member.inject(fileSubmission, {
          params: { formId: form.id, period },
          body: { answers: healthyAnswers(period) },
        })
      expect((await file(nextDay)).problem.code).toBe('form.not-open')
      server.deps.clock.set(Date.parse('2026-03-02T15:59:30Z')) // 23:59 in Shanghai: that minute still counts
      expect((await file(day)).status).toBe(200)
      server.deps.clock.set(Date.parse('2026-03-02T16:00:00Z'))
      expect((await file(day)).problem.code).toBe('form.closed')

      const answers = healthyAnswers(day, { temperature: 38.6 })
      const byMember = await world.member.inject(correctSubmission, {
        params,
        body: { answers, reason: '填错了' },
      })
      expect(byMember.problem.code).toBe('permission.missing')
      const blank = await world.admin.inject(correctSubmission, { params, body: { answers, reason: '   ' } })
      expect(blank.problem.code).toBe('correction.reason-missing')
      const wrong = { ...answers, temperature: 60 }
      const refused = await world.admin.inject(correctSubmission, {
        params,
        body: { answers: wrong, reason: '填错了' },
      })
      expect(refused.problem.code).toBe('answers.invalid')
      const done = await world.admin.inject(correctSubmission, {
        params,
        body: { answers, reason: '体温计读错' },
      })
      expect(done.body).toMatchObject({ revision: 2, isAbnormal: true, findings: ['fever'] })

      const seen = await world.admin.inject(getSubmission, { params })
      expect(seen.body).toMatchObject({ answers, member: { name: '员工1', department: '生产部' } })
      expect(seen.body.revisions.map(({ revision, by, reason }) => [revision, by, reason])).toEqual([
        [1, '员工1', null],
        [2, '管理员甲', '体温计读错'],
      ])
      const { rows } = await server.deps.database.inOrg(
        world.orgId,
        { kind: 'system', name: 'test' },
        ({ tx }) =>
          tx.execute<{ action: string; actor: string }>(
            sql`select action, actor from audit_log where action like 'submission.%' order by at, id`,
          ),
      )
      const actor = `member:${world.admin.memberId}`
      expect(rows).toEqual([
        { action: 'submission.corrected', actor },
        { action: 'submission.read', actor },
      ])
      const counted = await server.deps.database.inOrg(
        world.orgId,
        { kind: 'system', name: 'test' },
        ({ tx }) =>
          tx.execute(
            sql`select sum(collected)::int as c, sum(abnormal)::int as a from completeness_counters where department_id = 2`,
          ),
      )
      expect(counted.rows).toEqual([{ c: 1, a: 1 }])
    } finally {
      await server.close()
    }
  })

  it('a once-only form stays open, and a second filing revises the one answer', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/work-start', { repeat: null })
    expect((await fileBy(world.member, form.id, workStartAnswers(), 'once')).body.revision).toBe(1)
    const again = await fileBy(
      world.member,
      form.id,
      workStartAnswers({ transport: 'car', 'transport-number': '豫A12345' }),
      'once',
    )
    expect(again.body).toMatchObject({ revision: 2, period: 'once' })
    expect(
      (await fileBy(world.member, form.id, workStartAnswers({ 'first-day': day }), 'once')).problem.details,
    ).toMatchObject({
      problems: [{ field: 'first-day', reason: 'date.too-early' }],
    })
  })

  it('reading: only admins and shared viewers, never another org', async () => {
    const world = await newWorld(server)
    const other = await newWorld(server)
    const viewer = world.members[1] ?? world.admin
    const form = await world.publish('zhengzhou/daily', { sharedViewers: [viewer.userId] })
    await fileBy(world.member, form.id, healthyAnswers(day))
    const params = { formId: form.id, period: day, memberId: world.member.memberId }
    expect((await world.member.inject(getSubmission, { params })).status).toBe(403)
    expect((await viewer.inject(getSubmission, { params })).status).toBe(200)
    expect((await other.admin.inject(getSubmission, { params })).status).toBe(404)
    const body = { answers: healthyAnswers(day), reason: '填错了' }
    expect((await other.admin.inject(correctSubmission, { params, body })).status).toBe(404)
    expect((await viewer.inject(correctSubmission, { params, body })).status).toBe(403)
    const missing = { ...params, memberId: viewer.memberId }
    expect((await world.admin.inject(getSubmission, { params: missing })).status).toBe(404)
  })
})
