import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { actOnCase, countCases, getCase, listCases, type CaseFile } from '@kangbao/shared/contracts/cases.ts'
import { changeFormSettings } from '@kangbao/shared/contracts/forms.ts'
import { correctSubmission, fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { optionFacet } from '@kangbao/shared/forms/facets.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, plainSettings, type Person, type World } from '../../../test/world.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { eraseMember } from '../erasures/erase-member.ts'
import { sweep } from '../retention/retention.jobs.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const fever = { temperature: 38.2 }
const words = '电话联系，已就医'

async function file(person: Person, formId: string, changes = {}) {
  const body = { answers: healthyAnswers(day, changes) }
  const reply = await person.inject(fileSubmission, { params: { formId, period: day }, body })
  expect(reply.status).toBe(200)
}

function inWorld(world: World, query: ReturnType<typeof sql>) {
  return server.deps.database.inOrg(
    world.orgId,
    { kind: 'system', name: 'test' },
    async ({ tx }) => (await tx.execute(query)).rows,
  )
}

const paramsOf = (formId: string, person: Person) => ({ formId, period: day, memberId: person.memberId })
const look = async (by: Person, formId: string, person: Person): Promise<CaseFile> =>
  (await by.inject(getCase, { params: paramsOf(formId, person) })).body
const act = (
  by: Person,
  formId: string,
  person: Person,
  body: { act: 'take' | 'contact' | 'close' | 'reopen' | 'note'; version: number; note?: string },
) => by.inject(actOnCase, { params: paramsOf(formId, person), body })
const states = async (by: Person, formId: string, query = {}) =>
  (await by.inject(listCases, { params: { formId }, query })).body.items.map(({ name, state }) => [
    name,
    state,
  ])
const counted = async (by: Person, formId: string) =>
  (await by.inject(countCases, { params: { formId }, query: {} })).body

async function feverish(): Promise<{ world: World; formId: string }> {
  const world = await newWorld(server)
  const { id: formId } = await world.publish('zhengzhou/daily')
  await file(world.member, formId, fever)
  return { world, formId }
}

async function subAdmin(world: World, person: Person, department: number): Promise<Person> {
  await inWorld(
    world,
    sql`update members set role = 'sub-admin', manages = array[${department}]::bigint[] where id = ${person.memberId}`,
  )
  return world.as(person, 'sub-admin')
}

describe('Z-38: an abnormal answer becomes a case', () => {
  it('that goes from open by contacted to closed and back, with who did it and what was noted', async () => {
    const { world, formId } = await feverish()
    const { admin, member } = world
    expect(await counted(admin, formId)).toEqual({ open: 1, contacted: 0 })
    expect(await look(admin, formId, member)).toMatchObject({
      state: 'open',
      isByAnswer: false,
      lookedAfterBy: null,
      findings: ['fever'],
      department: '生产部',
      version: 1,
      history: [],
    })
    await act(admin, formId, member, { act: 'contact', version: 1, note: words })
    expect(await counted(admin, formId)).toEqual({ open: 0, contacted: 1 })
    await act(admin, formId, member, { act: 'close', version: 2 })
    const wordless = await act(admin, formId, member, { act: 'reopen', version: 3, note: '  ' })
    expect(wordless.problem.code).toBe('case.words-missing')
    const again = await act(admin, formId, member, { act: 'reopen', version: 3, note: '又发热' })
    expect(again.body).toMatchObject({ state: 'open', version: 4, lookedAfterBy: { name: '管理员甲' } })
    expect(again.body.history.map(({ kind, by, note }) => [kind, by, note])).toEqual([
      ['contact', '管理员甲', words],
      ['close', '管理员甲', null],
      ['reopen', '管理员甲', '又发热'],
    ])
  })

  it('whose notes nobody reads in the database, and every look and act is written down', async () => {
    const { world, formId } = await feverish()
    await act(world.admin, formId, world.member, { act: 'contact', version: 1, note: words })
    await look(world.admin, formId, world.member)
    await states(world.admin, formId)
    const [note] = await inWorld(world, sql`select n::text as row from case_notes n`)
    expect(note?.['row']).not.toContain(words)
    expect(String(note?.['row'])).not.toContain(Buffer.from(words).toString('hex'))
    const log = await inWorld(
      world,
      sql`select action, people, detail from audit_log where action in ('case.read', 'cases.read', 'case.followed')
        order by action`,
    )
    const people = [world.member.memberId]
    expect(log).toEqual([
      { action: 'case.followed', people, detail: { act: 'contact' } },
      { action: 'case.read', people, detail: {} },
      { action: 'cases.read', people, detail: {} },
    ])
    expect(JSON.stringify(log)).not.toContain(words)
  })

  it('of two managers at once one acts, and the other is told', async () => {
    const { world, formId } = await feverish()
    const other = world.as(world.members[3] ?? world.member, 'main-admin')
    const both = await Promise.all(
      [world.admin, other].map((by) => act(by, formId, world.member, { act: 'take', version: 1 })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(both.find(({ status }) => status === 409)?.problem.code).toBe('case.changed')
    const { version, lookedAfterBy, history } = await look(world.admin, formId, world.member)
    expect([version, history.length]).toEqual([2, 1])
    const winner = both[0]?.status === 200 ? world.admin : other
    expect(lookedAfterBy?.memberId).toBe(winner.memberId)
    // A note takes nothing from anybody: it is added to whatever there is by now.
    expect((await act(other, formId, world.member, { act: 'note', version: 1, note: words })).status).toBe(
      200,
    )
    // An act that is not to be had in this state is no act.
    expect((await act(other, formId, world.member, { act: 'reopen', version: 2, note: words })).status).toBe(
      409,
    )
  })
})

describe('Z-38: a case follows its answer', () => {
  it('closes by itself when the answer is normal again, and is opened by one that is abnormal anew', async () => {
    const { world, formId } = await feverish()
    const { admin, member } = world
    await act(admin, formId, member, { act: 'contact', version: 1 })
    await file(member, formId)
    const closed = await look(admin, formId, member)
    expect(closed).toMatchObject({ state: 'closed', isByAnswer: true, findings: [], version: 3 })
    expect(closed.history.at(-1)).toMatchObject({ kind: 'answer-normal', by: null, note: null })
    await file(member, formId, { symptoms: ['dry-cough'] })
    const open = await look(admin, formId, member)
    expect(open).toMatchObject({ state: 'open', isByAnswer: false, version: 4 })
    expect(open.history.at(-1)).toMatchObject({ kind: 'answer-abnormal', by: null })
  })

  it('stays closed when the same is filed again, and is opened by one finding more', async () => {
    const { world, formId } = await feverish()
    const { admin, member } = world
    await act(admin, formId, member, { act: 'close', version: 1 })
    await file(member, formId, { ...fever, 'at-work': 'no' })
    expect(await look(admin, formId, member)).toMatchObject({ state: 'closed', version: 2 })
    // Another option of a long list is no finding, however large its facet.
    await inWorld(
      world,
      sql`update submissions set facets = facets || ${optionFacet({ number: 99 }, 1999)}::int
        where form_id = ${formId} and member_id = ${member.memberId}`,
    )
    expect(await look(admin, formId, member)).toMatchObject({ state: 'closed', version: 2 })
    await file(member, formId, { ...fever, 'contact-case': 'yes' })
    expect(await look(admin, formId, member)).toMatchObject({ state: 'open', version: 3 })
  })

  it('is closed by a correction too, and one filed by way of a correction is opened', async () => {
    const { world, formId } = await feverish()
    const { admin, member } = world
    const [, second] = world.members
    if (!second) throw new Error('a second member')
    await file(second, formId)
    const correct = (person: Person, changes = {}) =>
      admin.inject(correctSubmission, {
        params: paramsOf(formId, person),
        body: { answers: healthyAnswers(day, changes), reason: '本人来电更正' },
      })
    expect([(await correct(member)).status, (await correct(second, fever)).status]).toEqual([200, 200])
    expect((await states(admin, formId)).sort()).toEqual([
      ['员工1', 'closed'],
      ['员工2', 'open'],
    ])
  })

  it('S-42, S-41: goes with the answer, by erasure and by the sweep, notes and all', async () => {
    const { world, formId } = await feverish()
    const [, second] = world.members
    if (!second) throw new Error('a second member')
    await file(second, formId, fever)
    for (const person of [world.member, second])
      await act(world.admin, formId, person, { act: 'note', version: 1, note: words })
    const left = () =>
      inWorld(
        world,
        sql`select c.member_id, count(n.id)::int as notes from abnormal_cases c
        full join case_notes n using (form_id, period_start, member_id) group by 1`,
      )
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, (scope) =>
      eraseMember(scope, world.member.memberId, testNow),
    )
    expect(await left()).toEqual([{ member_id: second.memberId, notes: 1 }])
    const settings = { ...plainSettings, retentionDays: 30 }
    await world.admin.inject(changeFormSettings, { params: { formId }, body: settings })
    server.deps.clock.set(testNow + 40 * 86_400_000)
    try {
      await sweep.run({ orgId: world.orgId }, jobContext(server.deps, 'test', 0))
    } finally {
      server.deps.clock.set(testNow)
    }
    expect(await left()).toEqual([])
  })
})

describe('Z-36: the list of cases', () => {
  it('goes by state, department and day, page by page, and a sub-admin sees his departments alone', async () => {
    const { world, formId } = await feverish()
    const { admin, members } = world
    for (const person of members.slice(1)) await file(person, formId, fever)
    const [one, two, three, four] = members
    if (!one || !two || !three || !four) throw new Error('four members')
    await act(admin, formId, two, { act: 'contact', version: 1 })
    expect(await states(admin, formId, { state: 'contacted' })).toEqual([['员工2', 'contacted']])
    expect((await states(admin, formId, { departmentId: 3 })).map(([name]) => name).sort()).toEqual([
      '员工3',
      '员工4',
    ])
    expect(await states(admin, formId, { from: '2026-03-03' })).toEqual([])
    expect(await states(admin, formId, { from: day, to: day })).toHaveLength(4)
    const seen: string[] = []
    for (let cursor: string | undefined; seen.length < 4;) {
      const query = { limit: 1, ...(cursor === undefined ? {} : { cursor }) }
      const page = (await admin.inject(listCases, { params: { formId }, query })).body
      seen.push(...page.items.map(({ name }) => name))
      cursor = page.nextCursor ?? undefined
    }
    expect(seen.sort()).toEqual(['员工1', '员工2', '员工3', '员工4'])
    const head = await subAdmin(world, four, 3)
    expect((await states(head, formId)).map(([name]) => name).sort()).toEqual(['员工3', '员工4'])
    expect(await counted(head, formId)).toEqual({ open: 2, contacted: 0 })
    const outside = await act(head, formId, one, { act: 'take', version: 1 })
    expect(outside.problem.code).toBe('resource.missing')
    const wrong = await admin.inject(listCases, { params: { formId }, query: { cursor: 'no' } })
    expect(wrong.status).toBe(400)
  })

  it('a shared viewer sees cases and may not act on them', async () => {
    const { world, formId } = await feverish()
    const [, , , viewer] = world.members
    if (!viewer) throw new Error('a viewer')
    const settings = { ...plainSettings, sharedViewers: [viewer.userId] }
    await world.admin.inject(changeFormSettings, { params: { formId }, body: settings })
    expect(await states(viewer, formId)).toEqual([['员工1', 'open']])
    const refused = await act(viewer, formId, world.member, { act: 'take', version: 1 })
    expect(refused.status).toBe(403)
    expect((await world.member.inject(listCases, { params: { formId }, query: {} })).status).toBe(403)
  })
})
