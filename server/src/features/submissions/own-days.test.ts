import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { changeFormSettings, endForm } from '@kangbao/shared/contracts/forms.ts'
import { getMySubmission, listMyDays, type MyDay } from '@kangbao/shared/contracts/my-record.ts'
import { correctSubmission, fileSubmission, listMyForms } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { healthyAnswers, workStartAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, plainSettings, type Person } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** A moment in Shanghai. */
const at = (day: string, time = '12:00') => server.deps.clock.set(Date.parse(`${day}T${time}:00+08:00`))
beforeEach(() => at('2026-03-02'))

const fileBy = (person: Person, formId: string, answers: Answers, period: string, carried: string[] = []) =>
  person.inject(fileSubmission, { params: { formId, period }, body: { answers, carried } })
async function monthOf(person: Person, cursor?: string) {
  const { status, body } = await person.inject(listMyDays, { query: cursor ? { cursor } : {} })
  expect(status).toBe(200)
  return body
}
const told = ({ day, state, closed }: MyDay) => [day, state, closed?.why ?? null]

it('Z-35: a month of one’s own record: filed, missed, open, and when what is closed opens again', async () => {
  const world = await newWorld(server)
  const form = await world.publish('zhengzhou/daily')
  const filed = await fileBy(world.member, form.id, healthyAnswers('2026-03-02'), '2026-03-02')
  at('2026-03-03')
  await world.member.inject(listMyForms) // the day has begun, and nothing is filed on it
  at('2026-03-04')
  await world.member.inject(listMyForms)
  const { month, items, nextCursor } = await monthOf(world.member)
  expect([month, nextCursor]).toEqual(['2026-03', null])
  expect(items.map(told)).toEqual([
    ['2026-03-04', 'open', null],
    ['2026-03-03', 'missed', 'cut-off'],
    ['2026-03-02', 'filed', 'cut-off'],
  ])
  expect(items[1]?.closed).toEqual({
    why: 'cut-off',
    since: '2026-03-03T16:00:00.000Z',
    opensAt: '2026-03-03T16:00:00.000Z',
  })
  expect(items[2]).toMatchObject({ isExpected: true, receipt: { number: filed.body.number, revision: 1 } })
})

it('Z-35: a form that is sent on Mondays opens again on Monday; one that has ended does not', async () => {
  const world = await newWorld(server)
  const weekly = await world.publish('zhengzhou/daily', { repeat: { weekdays: [1], time: '17:00' } })
  at('2026-03-03')
  const closed = async () => (await monthOf(world.member)).items.map((item) => item.closed)
  await fileBy(world.member, weekly.id, healthyAnswers('2026-03-03'), '2026-03-03')
  at('2026-03-04')
  const { items } = await monthOf(world.member)
  // Tuesday was filed without being asked.
  expect(items.map(({ day, isExpected }) => [day, isExpected])).toEqual([
    ['2026-03-03', false],
    ['2026-03-02', true],
  ])
  expect((await closed()).map((each) => each?.opensAt)).toEqual(Array(2).fill('2026-03-08T16:00:00.000Z'))
  expect((await world.admin.inject(endForm, { params: { formId: weekly.id } })).status).toBe(200)
  expect((await closed()).map((each) => [each?.why, each?.opensAt])).toEqual(
    Array(2).fill(['form-ended', null]),
  )
})

it('Z-35: a form one is not in the range of any more says so', async () => {
  const world = await newWorld(server)
  const form = await world.publish('zhengzhou/daily')
  await fileBy(world.member, form.id, healthyAnswers('2026-03-02'), '2026-03-02')
  const audience = { kind: 'some' as const, departmentIds: [], userIds: [world.members[1]?.userId ?? ''] }
  const settings = { ...plainSettings, audience }
  const changed = await world.admin.inject(changeFormSettings, {
    params: { formId: form.id },
    body: settings,
  })
  expect(changed.status).toBe(200)
  expect((await monthOf(world.member)).items.map(told)).toEqual([['2026-03-02', 'filed', 'not-in-range']])
})

it('Z-35: months are read one after another, empty ones are left out, once-only forms stand where they were filed', async () => {
  at('2026-01-30')
  const world = await newWorld(server)
  const daily = await world.publish('zhengzhou/daily')
  const once = await world.publish('zhengzhou/work-start', { repeat: null })
  await fileBy(world.member, daily.id, healthyAnswers('2026-01-30'), '2026-01-30')
  at('2026-01-31')
  await fileBy(
    world.member,
    once.id,
    workStartAnswers({ 'arrived-on': '2026-01-28', 'first-day': '2026-02-02' }),
    'once',
  )
  at('2026-03-01', '08:00')
  const first = await monthOf(world.member)
  expect([first.month, first.items, first.nextCursor]).toEqual(['2026-03', [], '2026-01'])
  const january = await monthOf(world.member, '2026-01')
  expect(january.items.map(({ day, period, state }) => [day, period, state])).toEqual([
    ['2026-01-31', 'once', 'filed'],
    ['2026-01-30', '2026-01-30', 'filed'],
  ])
  expect(january.nextCursor).toBeNull()
  expect((await world.member.inject(listMyDays, { query: { cursor: '2026-13' } })).status).toBe(400)
})

it('Z-35: what one filed is shown whole, with what was carried over and who changed it', async () => {
  const world = await newWorld(server)
  const form = await world.publish('zhengzhou/daily')
  const answers = healthyAnswers('2026-03-02', { remarks: '一切都好' })
  await fileBy(world.member, form.id, answers, '2026-03-02', ['place', 'temperature'])
  const params = { formId: form.id, period: '2026-03-02' }
  const mine = await world.member.inject(getMySubmission, { params })
  expect(mine.body).toMatchObject({ answers, carried: ['place'], receipt: { revision: 1 } })
  const corrected = { ...answers, temperature: 36.8 }
  const body = { answers: corrected, reason: '体温计读错' }
  await world.admin.inject(correctSubmission, {
    params: { ...params, memberId: world.member.memberId },
    body,
  })
  const again = await world.member.inject(getMySubmission, { params })
  expect(again.body.answers).toEqual(corrected)
  expect(again.body.revisions.map(({ isByOneself, reason }) => [isByOneself, reason])).toEqual([
    [true, null],
    [false, '体温计读错'],
  ])
  const other = world.members[1]
  expect((await other?.inject(getMySubmission, { params }))?.status).toBe(404)
})
