import { afterAll, beforeAll, expect, it } from 'vitest'
import { getCompleteness } from '@kangbao/shared/contracts/completeness.ts'
import { fileSubmission, getFilling, listMySubmissions } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, type TestServer } from '../../../test/server.ts'
import { newWorld, type Person } from '../../../test/world.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** In Shanghai. */
const at = (moment: string) => server.deps.clock.set(Date.parse(`${moment}+08:00`))
const file = (person: Person, formId: string, period: string, parts: Record<string, number> = {}) =>
  person.inject(fileSubmission, {
    params: { formId, period },
    body: { answers: healthyAnswers(period, parts), carried: ['place', 'at-work'] },
  })
const opened = async (person: Person, formId: string) =>
  (await person.inject(getFilling, { params: { formId } })).body

it.each([
  { last: '2026-12-31', next: '2027-01-01', why: 'a year ends' },
  { last: '2028-02-28', next: '2028-02-29', why: 'a leap year has a day more' },
  { last: '2028-02-29', next: '2028-03-01', why: 'and ends it' },
])('Z-35: $last becomes $next at midnight where the organisation is: $why', async ({ last, next }) => {
  at(`${last}T12:00:00`)
  const { admin, member, ...world } = await newWorld(server)
  const form = await world.publish('zhengzhou/daily')
  at(`${last}T23:59:30`)
  expect(await opened(member, form.id)).toMatchObject({
    period: last,
    today: last,
    window: { state: 'open' },
  })
  expect((await file(member, form.id, last)).status).toBe(200)

  at(`${next}T00:00:10`)
  // A page left open over midnight sends for the day it says; that day is over, and no other is filed in its place.
  expect((await file(member, form.id, last, { temperature: 36.9 })).problem.code).toBe('form.closed')
  const page = await opened(member, form.id)
  expect(page).toMatchObject({ period: next, today: next, mine: null, last: { period: last } })
  expect((await file(member, form.id, next)).status).toBe(200)
  expect((await file(member, form.id, next, { temperature: 36.7 })).body).toMatchObject({ revision: 2 })

  const { items } = (await member.inject(listMySubmissions, { query: {} })).body
  expect(items.map(({ period, revision }) => [period, revision])).toEqual([
    [next, 2],
    [last, 1],
  ])
  for (const period of [last, next]) {
    const board = await admin.inject(getCompleteness, { params: { formId: form.id, period } })
    expect(board.body).toMatchObject({ collected: 1 })
  }
})

it('Z-35: a day that the calendar does not have takes nothing', async () => {
  at('2027-02-28T12:00:00')
  const { member, ...world } = await newWorld(server)
  const form = await world.publish('zhengzhou/daily')
  expect((await file(member, form.id, '2027-02-29')).problem.code).toBe('resource.missing')
})
