import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addDays, civilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { listLooks } from '@kangbao/shared/contracts/own-data.ts'
import * as contracts from '@kangbao/shared/contracts/designing.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { newDraft, ownContent } from '../../../test/own-form.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, plainSettings, type World } from '../../../test/world.ts'
import { newId } from '../../db/ids.ts'
import { answersPlace } from '../submissions/index.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow))

const today = civilDate('2026-03-02')

interface Given {
  readonly memberId: string
  readonly day: CivilDate
  readonly answers: Answers
  readonly wasAbnormal?: boolean
}

/** Answers as they lie in the database after days of filing. */
async function store({ orgId }: World, formId: string, given: readonly Given[]): Promise<void> {
  const sealer = await server.deps.vault.sealer([orgId])
  const rows = given.map(({ memberId, day: periodStart, answers, wasAbnormal = false }, i) => ({
    member_id: memberId,
    period_start: periodStart,
    id: newId(),
    number: `T${newId().slice(-8)}${i}`,
    answers: sealer
      .seal(answersPlace({ orgId, formId, periodStart, memberId }, 1), JSON.stringify(answers))
      .toString('base64'),
    is_abnormal: wasAbnormal,
    at: `${periodStart}T01:00:00Z`,
  }))
  await server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
    tx.execute(sql`
      insert into submissions (org_id, form_id, period_start, member_id, id, number, revision, form_version,
        department_id, answers, carried, facets, is_abnormal, filed_by, filed_at, revised_at)
      select ${orgId}, ${formId}, r.period_start, r.member_id, r.id, r.number, 1, 1, 2, decode(r.answers, 'base64'),
        '{}', '{}', r.is_abnormal, r.member_id, r.at, r.at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (period_start date, member_id uuid, id uuid,
        number text, answers text, is_abnormal boolean, at timestamptz)`),
  )
}
async function published(world: World) {
  const body = { revision: 1, settings: { ...plainSettings, repeat: null } }
  const draftId = await newDraft(server, world, ownContent)
  return (await world.admin.inject(contracts.publishDraft, { params: { draftId }, body })).body
}
/** The next version, with a rule that marks two seats or more instead of four. */
async function stricter(world: World, formId: string) {
  const { body } = await world.admin.inject(contracts.createDraft, { body: { from: 'version', formId } })
  const findings = body.content.findings.map((rule) => ({ ...rule, when: { field: 'seats', atLeast: 2 } }))
  const input = {
    params: { draftId: body.id },
    body: { revision: 1, content: { ...body.content, findings } },
  }
  expect((await world.admin.inject(contracts.saveDraft, input)).status).toBe(200)
  return { draftId: body.id }
}

describe('Z-37: rules are tried on last month before they go live', () => {
  it('counts what would have been abnormal by day and rule, beside what was, and names who is marked otherwise', async () => {
    const world = await newWorld(server)
    const form = await published(world)
    const [one, two] = [world.members[0]?.memberId ?? '', world.members[1]?.memberId ?? '']
    const car = (seats: number) => ({ 'comes-by': 'car', seats })
    await store(world, form.id, [
      { memberId: one, day: today, answers: car(3) },
      { memberId: two, day: today, answers: car(1) },
      { memberId: one, day: addDays(today, -29), answers: car(5), wasAbnormal: true },
      { memberId: two, day: addDays(today, -29), answers: { 'comes-by': 'bus' }, wasAbnormal: true },
      // A day too early.
      { memberId: one, day: addDays(today, -30), answers: car(9) },
    ])
    const params = await stricter(world, form.id)
    const { status, body } = await world.admin.inject(contracts.tryRules, { params })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      from: '2026-02-01',
      to: '2026-03-02',
      isCut: false,
      ...{ answers: 4, then: 2, now: 2, added: 1, dropped: 1, people: 1 },
      days: [
        { day: '2026-02-01', answers: 2, then: 2, now: 1 },
        { day: '2026-03-02', answers: 2, then: 0, now: 1 },
      ],
      rules: [{ ruleId: 'many', answers: 2, people: 1 }],
    })
    expect(body.sample).toEqual([
      expect.objectContaining({ name: '员工1', period: '2026-03-02', wasAbnormal: false, rules: ['many'] }),
      expect.objectContaining({ name: '员工2', period: '2026-02-01', wasAbnormal: true, rules: [] }),
    ])
    // Nothing was marked or told by that, and those named find it among the looks at them.
    const stored = await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(sql`select from submissions where org_id = ${world.orgId} and is_abnormal`),
    )
    expect(stored.rows).toHaveLength(2)
    const { body: looks } = await world.member.inject(listLooks, { query: {} })
    expect(JSON.stringify(looks.items)).toContain('用已有填报试算异常规则')
  })

  it('opens page after page, and of a new form there is nothing to try', async () => {
    const world = await newWorld(server, { members: 25 })
    const form = await published(world)
    const days = Array.from({ length: 30 }, (_, i) => addDays(today, -i))
    const given = days.flatMap((day, i) =>
      world.members.map(({ memberId }, who) => ({
        memberId,
        day,
        answers: { 'comes-by': 'car', seats: (i + who) % 5 },
      })),
    )
    await store(world, form.id, given)
    const params = await stricter(world, form.id)
    const { body } = await world.admin.inject(contracts.tryRules, { params })
    expect([body.answers, body.now, body.days.length, body.people]).toEqual([750, 450, 30, 25])
    expect([body.added, body.sample.length]).toEqual([450, 50])

    const draftId = await newDraft(server, world, ownContent)
    const { body: none } = await world.admin.inject(contracts.tryRules, { params: { draftId } })
    expect([none.answers, none.days]).toEqual([0, []])
  })
})
