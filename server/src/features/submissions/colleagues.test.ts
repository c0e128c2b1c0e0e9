import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { enterAbsences } from '@kangbao/shared/contracts/absences.ts'
import { listMyConsents } from '@kangbao/shared/contracts/consents.ts'
import { getCompleteness, listCompletenessPeople } from '@kangbao/shared/contracts/completeness.ts'
import {
  fileForColleague,
  getColleagueFilling,
  listColleagueForms,
  listColleagues,
  searchColleagues,
} from '@kangbao/shared/contracts/colleagues.ts'
import { getMyData } from '@kangbao/shared/contracts/own-data.ts'
import {
  fileSubmission,
  getFilling,
  getSubmission,
  listMyForms,
  listMySubmissions,
} from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person, type World } from '../../../test/world.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** An org in which the first member heads department 2, where the second and third stand. */
async function headed(options: { hasConsented?: boolean } = {}) {
  const world = await newWorld(server, { members: 6, ...options })
  const [head, colleague, other, stranger] = world.members as readonly Person[]
  if (!head || !colleague || !other || !stranger) throw new Error('a world of six')
  await makeHead(world, head, 2)
  const form = await world.publish('zhengzhou/daily')
  return { world, head, colleague, other, stranger, formId: form.id }
}

function makeHead({ orgId }: World, { memberId }: Person, departmentId: number) {
  return server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`update member_departments set is_head = true
      where member_id = ${memberId} and department_id = ${departmentId}`),
  )
}

const told = (
  formId: string,
  { memberId }: Person,
  parts: { consents?: { version: number; granted: string[] } } = {},
) => ({
  params: { formId, memberId, period: day },
  body: { answers: healthyAnswers(day), hasAgreed: true as const, ...parts },
})

describe('Z-34: filing for a colleague', () => {
  it('the head of a department files for somebody in it, and everybody is told who filed', async () => {
    const { world, head, colleague, formId } = await headed()
    const filed = await head.inject(fileForColleague, told(formId, colleague))
    expect(filed.status).toBe(200)
    const filedAs = { way: 'head', by: head.name }
    expect(filed.body).toMatchObject({ revision: 1, filedAs })

    const own = await colleague.inject(listMySubmissions, { query: {} })
    expect(own.body.items).toMatchObject([{ number: filed.body.number, filedAs }])
    const filling = await colleague.inject(getFilling, { params: { formId } })
    expect(filling.body.mine?.receipt.filedAs).toEqual(filedAs)
    const read = await world.admin.inject(getSubmission, {
      params: { formId, period: day, memberId: colleague.memberId },
    })
    expect(read.body.receipt.filedAs).toEqual(filedAs)
    expect(read.body.revisions).toMatchObject([{ by: head.name, way: 'head' }])
    const people = await world.admin.inject(listCompletenessPeople, {
      params: { formId, period: day },
      query: { state: 'collected' },
    })
    expect(people.body.items).toMatchObject([{ memberId: colleague.memberId, way: 'head' }])
    const data = await colleague.inject(getMyData)
    expect(data.body.answers).toMatchObject([{ isByOneself: false, filedAs }])
  })

  it('somebody who is away is filed for like anybody, and counted', async () => {
    const { world, head, colleague, formId } = await headed()
    const body = { memberIds: [colleague.memberId], kind: 'leave' as const, from: day, to: day }
    expect((await world.admin.inject(enterAbsences, { body })).status).toBe(200)
    expect((await head.inject(fileForColleague, told(formId, colleague))).status).toBe(200)
    const board = await world.admin.inject(getCompleteness, { params: { formId, period: day } })
    expect(board.body).toMatchObject({ collected: 1, excused: 0 })
  })

  it('what the person files himself afterwards is his own revision; the one before keeps its mark', async () => {
    const { world, head, colleague, formId } = await headed()
    await head.inject(fileForColleague, told(formId, colleague))
    const own = await colleague.inject(fileSubmission, {
      params: { formId, period: day },
      body: { answers: healthyAnswers(day, { temperature: 36.8 }) },
    })
    expect(own.body.revision).toBe(2)
    expect(own.body.filedAs).toBeUndefined()
    const read = await world.admin.inject(getSubmission, {
      params: { formId, period: day, memberId: colleague.memberId },
    })
    expect(read.body.receipt.filedAs).toBeUndefined()
    expect(read.body.revisions.map(({ way, by }) => ({ way, by }))).toEqual([
      { way: 'head', by: head.name },
      { way: undefined, by: colleague.name },
    ])
  })

  it('Z-35: whoever has filed is not filed for, also when two file at once', async () => {
    const { world, head, colleague, other, formId } = await headed()
    const params = { formId, period: day }
    await colleague.inject(fileSubmission, { params, body: { answers: healthyAnswers(day) } })
    const late = await head.inject(fileForColleague, told(formId, colleague))
    expect(late.problem.code).toBe('submission.filed-already')
    const opened = await head.inject(getColleagueFilling, {
      params: { formId, memberId: colleague.memberId },
    })
    expect(opened.problem.code).toBe('submission.filed-already')

    const both = await Promise.all([
      head.inject(fileForColleague, told(formId, other)),
      world.admin.inject(fileForColleague, told(formId, other)),
      other.inject(fileSubmission, { params, body: { answers: healthyAnswers(day) } }),
    ])
    const proxies = both.slice(0, 2).map(({ status, problem }) => (status === 200 ? 'filed' : problem.code))
    expect(proxies.filter((each) => each === 'filed').length).toBeLessThanOrEqual(1)
    expect(both[2].status).toBe(200)
    const { revisions } = (
      await world.admin.inject(getSubmission, { params: { ...params, memberId: other.memberId } })
    ).body
    expect(revisions.filter(({ way }) => way !== undefined)).toHaveLength(
      proxies.filter((each) => each === 'filed').length,
    )
  })

  it('nobody else may: who heads nothing, the head of another department, somebody for himself', async () => {
    const { head, colleague, other, stranger, formId } = await headed()
    expect((await colleague.inject(fileForColleague, told(formId, other))).problem.code).toBe(
      'permission.missing',
    )
    expect((await head.inject(fileForColleague, told(formId, stranger))).problem.code).toBe(
      'resource.missing',
    )
    expect((await head.inject(fileForColleague, told(formId, head))).problem.code).toBe('resource.missing')
  })

  it('a main admin may for everybody, and is named as one', async () => {
    const { world, stranger, formId } = await headed()
    const filed = await world.admin.inject(fileForColleague, told(formId, stranger))
    expect(filed.body.filedAs).toEqual({ way: 'admin', by: world.admin.name })
  })

  it('is written down, with whom it concerns', async () => {
    const { world, head, colleague, formId } = await headed()
    await head.inject(fileForColleague, told(formId, colleague))
    const rows = await server.deps.database.inOrg(
      world.orgId,
      { kind: 'system', name: 'test' },
      async ({ tx }) =>
        (
          await tx.execute<{ actor: string; member_id: string }>(sql`
            select l.actor, p.member_id from audit_log l join audit_people p on p.audit_id = l.id
            where l.action = 'submission.filed-for'`)
        ).rows,
    )
    expect(rows).toEqual([{ actor: `member:${head.memberId}`, member_id: colleague.memberId }])
  })

  it('S-38: nothing is stored before the notice was read to him; what he said is his decision, told to the head', async () => {
    const { head, colleague, formId } = await headed({ hasConsented: false })
    const opened = await head.inject(getColleagueFilling, {
      params: { formId, memberId: colleague.memberId },
    })
    expect(opened.body.filling).toMatchObject({
      mine: null,
      last: null,
      profile: { name: colleague.name },
    })
    const { version } = opened.body.notice.notice
    expect((await head.inject(fileForColleague, told(formId, colleague))).problem.code).toBe(
      'consent.missing',
    )
    const consents = { version, granted: [] }
    const filed = await head.inject(fileForColleague, told(formId, colleague, { consents }))
    expect(filed.status).toBe(200)
    const mine = await colleague.inject(listMyConsents, { query: {} })
    expect(mine.body.items.find(({ purpose }) => purpose === 'notice')).toMatchObject({
      decision: 'given',
      toldTo: head.name,
    })
  })

  it('lists those who have not filed first, page by page, and finds by name', async () => {
    const { world, head, colleague, other, formId } = await headed()
    await head.inject(fileForColleague, told(formId, colleague))
    const first = await head.inject(listColleagues, { params: { formId }, query: { limit: 1 } })
    expect(first.body).toMatchObject({
      period: day,
      items: [{ memberId: other.memberId, filedAt: null }],
    })
    const rest = await head.inject(listColleagues, {
      params: { formId },
      query: { limit: 5, cursor: first.body.nextCursor ?? '' },
    })
    expect(rest.body).toMatchObject({
      items: [{ memberId: colleague.memberId, filedAt: expect.any(String) as string }],
      nextCursor: null,
    })
    const found = await world.admin.inject(searchColleagues, {
      params: { formId },
      body: { search: other.name },
    })
    expect(found.body.items.map(({ memberId }) => memberId)).toEqual([other.memberId])
  })

  it('forms are offered to who may, with how many are missing; others are not told of it', async () => {
    const { head, colleague, formId } = await headed()
    expect((await head.inject(listMyForms)).body.filesForOthers).toBe(true)
    expect((await colleague.inject(listMyForms)).body.filesForOthers).toBe(false)
    expect((await head.inject(listColleagueForms)).body.items).toMatchObject([{ formId, missing: 2 }])
    expect((await colleague.inject(listColleagueForms)).problem.code).toBe('permission.missing')
  })
})
