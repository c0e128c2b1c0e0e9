import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endAbsence, enterAbsences, listAbsences } from '@kangbao/shared/contracts/absences.ts'
import * as contracts from '@kangbao/shared/contracts/completeness.ts'
import { changeFormSettings } from '@kangbao/shared/contracts/forms.ts'
import { fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, plainSettings, type Person, type World } from '../../../test/world.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { countOnTime, recountPeriod } from '../completeness/completeness.jobs.ts'

const day = '2026-03-02'
let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())
afterEach(() => server.deps.clock.set(testNow))

const at = (formId: string, period = day) => ({ params: { formId, period } })

async function board(person: Person, formId: string, period = day) {
  const { expected, collected, missing, late, excused } = (
    await person.inject(contracts.getCompleteness, at(formId, period))
  ).body
  return { expected, collected, missing, late, excused }
}

async function names(person: Person, formId: string, state: contracts.PersonState, period = day) {
  const reply = await person.inject(contracts.listCompletenessPeople, {
    ...at(formId, period),
    query: { state },
  })
  return reply.body.items.map(({ name }) => name)
}

const excuse = (by: Person, people: readonly (Person | undefined)[], from = day, to = day) =>
  by.inject(enterAbsences, {
    body: { memberIds: people.flatMap((one) => one?.memberId ?? []), kind: 'leave', from, to },
  })

const file = (person: Person, formId: string) =>
  person.inject(fileSubmission, { ...at(formId), body: { answers: healthyAnswers(day) } })

async function counted(world: World, formId: string) {
  const ctx = jobContext(server.deps, 'test', 0)
  await recountPeriod.run({ orgId: world.orgId, formId, periodStart: day }, ctx)
}

describe('Z-36: who is away is excused', () => {
  it('is neither expected nor missing, is listed with his days, and is expected again when he is back', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    expect(await board(world.admin, form.id)).toMatchObject({ expected: 5, missing: 5, excused: 0 })
    const entered = await excuse(world.admin, [world.members[0], world.members[1]], day, '2026-03-04')
    expect(entered.status).toBe(200)
    expect(await board(world.admin, form.id)).toMatchObject({ expected: 3, missing: 3, excused: 2 })
    const { body } = await world.admin.inject(contracts.listCompletenessPeople, {
      ...at(form.id),
      query: { state: 'excused' },
    })
    expect(body.items.map(({ name, absence }) => [name, absence?.kind, absence?.to])).toEqual([
      ['员工1', 'leave', '2026-03-04'],
      ['员工2', 'leave', '2026-03-04'],
    ])
    const departments = (
      await world.admin.inject(contracts.listDepartmentCompleteness, { ...at(form.id), query: {} })
    ).body.items
    expect(departments.map(({ name, expected, excused }) => [name, expected, excused])).toEqual([
      ['行政部', 2, 0],
    ])
    const list = (await world.admin.inject(listAbsences, { query: {} })).body.items
    expect(list).toHaveLength(2)
    const mine = list.find(({ name }) => name === '员工1')
    await world.admin.inject(endAbsence, { params: { absenceId: mine?.id ?? '' } })
    expect(await board(world.admin, form.id)).toMatchObject({ expected: 4, excused: 1 })
    await counted(world, form.id)
    expect(await board(world.admin, form.id)).toMatchObject({ expected: 4, excused: 1 })
  })

  it('counts who files all the same', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    const other = await world.publish('zhengzhou/day-tracks')
    await excuse(world.admin, [world.member])
    expect((await file(world.member, form.id)).status).toBe(200)
    expect(await board(world.admin, form.id)).toMatchObject({ expected: 5, collected: 1, excused: 0 })
    expect(await names(world.admin, form.id, 'collected')).toEqual(['员工1'])
    // By the form he filed, and by no other.
    expect(await board(world.admin, other.id)).toMatchObject({ expected: 4, missing: 4, excused: 1 })
    // Nor does a later change of his make him excused again.
    await excuse(world.admin, [world.member], day, '2026-03-03')
    expect(await board(world.admin, form.id)).toMatchObject({ expected: 5, collected: 1, excused: 0 })
  })

  it('leaves the board of a day as it was when the day is over', async () => {
    const world = await newWorld(server)
    const form = await world.publish('zhengzhou/daily')
    await excuse(world.admin, [world.member], day, '2026-03-06')
    server.deps.clock.advance(24 * 3_600_000)
    const [absence] = (await world.admin.inject(listAbsences, { query: {} })).body.items
    await world.admin.inject(endAbsence, { params: { absenceId: absence?.id ?? '' } })
    expect(await board(world.admin, form.id)).toMatchObject({ expected: 4, excused: 1 })
    expect(await board(world.admin, form.id, '2026-03-03')).toMatchObject({ expected: 5, excused: 0 })
  })

  it('refuses days that are over or the wrong way round, strangers, and people of other departments', async () => {
    const world = await newWorld(server)
    const other = await newWorld(server)
    const code = async (reply: ReturnType<typeof excuse>) => (await reply).problem.code
    expect(await code(excuse(world.admin, [world.member], '2026-03-01', '2026-03-01'))).toBe('absence.days')
    expect(await code(excuse(world.admin, [world.member], '2026-03-05', '2026-03-04'))).toBe('absence.days')
    expect(await code(excuse(world.admin, [world.member], day, '2027-03-04'))).toBe('absence.days')
    expect(await code(excuse(world.admin, [world.member, other.member]))).toBe('absence.person-missing')
    expect((await world.admin.inject(listAbsences, { query: {} })).body.items).toEqual([])
  })
})

describe('Z-36: on time and late', () => {
  /** Published at nine, on time until ten. */
  const withDue = (world: World, onTimeUntil?: string) =>
    world.publish('zhengzhou/daily', onTimeUntil === undefined ? {} : { onTimeUntil })
  const later = (minutes: number) => server.deps.clock.advance(minutes * 60_000)
  const dueOf = async (world: World, formId: string) => {
    const rows = await server.deps.database.inOrg(
      world.orgId,
      { kind: 'system', name: 'test' },
      async ({ tx }) => {
        return (
          await tx.execute<{ at: Date }>(sql`select due_at as at from form_periods where form_id = ${formId}`)
        ).rows
      },
    )
    return new Date(rows[0]?.at ?? 0).getTime()
  }
  const count = async (world: World, formId: string) =>
    countOnTime.run(
      { orgId: world.orgId, formId, periodStart: day, dueAt: await dueOf(world, formId) },
      jobContext(server.deps, 'test', 0),
    )

  it('counts those on time once, a minute after; who comes later is late, and is listed', async () => {
    const world = await newWorld(server)
    const [one, two, three] = world.members
    if (!one || !two || !three) throw new Error('members')
    const form = await withDue(world, '17:30')
    await file(one, form.id)
    await file(two, form.id)
    await count(world, form.id) // too early: nothing is said yet
    expect(await board(world.admin, form.id)).toMatchObject({ collected: 2, late: null })
    server.deps.clock.set((await dueOf(world, form.id)) + 60_000)
    await count(world, form.id)
    await count(world, form.id)
    expect(await board(world.admin, form.id)).toMatchObject({ collected: 2, late: 0 })
    await file(three, form.id)
    expect(await board(world.admin, form.id)).toMatchObject({ collected: 3, late: 1 })
    expect(await names(world.admin, form.id, 'late')).toEqual([three.name])
    await counted(world, form.id)
    expect(await board(world.admin, form.id)).toMatchObject({ collected: 3, late: 1 })
  })

  it('is counted anew when the moment is changed, and by nobody when there is none', async () => {
    const world = await newWorld(server)
    const form = await withDue(world, '17:30')
    await file(world.member, form.id)
    later(5)
    const settings = { ...plainSettings, onTimeUntil: '09:00' }
    await world.admin.inject(changeFormSettings, { params: { formId: form.id }, body: settings })
    await count(world, form.id)
    expect(await board(world.admin, form.id)).toMatchObject({ collected: 1, late: 1 })
    await world.admin.inject(changeFormSettings, { params: { formId: form.id }, body: plainSettings })
    expect(await board(world.admin, form.id)).toMatchObject({ collected: 1, late: null })
  })
})
