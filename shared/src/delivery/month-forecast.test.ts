import fc from 'fast-check'
import { expect, it } from 'vitest'
import { addDays, civilDate } from '../calendar/civil-day.ts'
import { callsPerBatch, forecastMonth, monthOf, type PlannedForm } from './month-forecast.ts'

const everyDay = { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '09:00' }
const daily: PlannedForm = {
  formId: 'daily',
  audience: 250,
  repeat: everyDay,
  endsOn: null,
  personSteps: 2,
  digests: 4,
}
const march = { from: civilDate('2026-03-29'), lastDay: civilDate('2026-03-31'), batchSize: 100 }
const nothing = { messages: 0, calls: 0 }

it.each([
  ['2026-02-14', '2026-02-01', '2026-02-28'],
  ['2028-02-29', '2028-02-01', '2028-02-29'],
  ['2026-12-31', '2026-12-01', '2026-12-31'],
  ['2026-03-01', '2026-03-01', '2026-03-31'],
  ['2026-04-30', '2026-04-01', '2026-04-30'],
])('the month of %s goes from %s to %s', (day, firstDay, lastDay) => {
  expect(monthOf(civilDate(day))).toEqual({ firstDay, lastDay })
})

it('Z-33: a send costs each person once and once per reminder, in calls of a batch, and each manager his own', () => {
  const { forms, messages, calls } = forecastMonth({
    ...march,
    used: { messages: 10, calls: 20 },
    forms: [daily],
    callsPerMonth: null,
  })
  // Three days × (3 times 250 people and 4 managers); 3 batches of 100 each time.
  expect(forms).toEqual([{ formId: 'daily', sends: 3, messages: 2262, calls: 3 * callsPerBatch * 13 }])
  expect([messages, calls]).toEqual([2272, 20 + 3 * callsPerBatch * 13])
})

it('Z-33: counts working days as the calendar has them, and stops where the form ends', () => {
  const sends = (form: Partial<PlannedForm>, from: string, lastDay: string) =>
    forecastMonth({
      ...{ used: nothing, batchSize: 100, callsPerMonth: null },
      from: civilDate(from),
      lastDay: civilDate(lastDay),
      forms: [{ ...daily, ...form }],
    }).forms[0]?.sends
  const workingDays = { weekdays: [1, 2, 3, 4, 5], time: '09:00', workingDaysOnly: true as const }
  expect(sends({ repeat: workingDays }, '2026-03-02', '2026-03-31')).toBe(22)
  expect(sends({ endsOn: civilDate('2026-03-03') }, '2026-03-02', '2026-03-31')).toBe(2)
  expect(sends({ repeat: null }, '2026-03-02', '2026-03-31')).toBe(0)
  expect(sends({}, '2026-04-01', '2026-03-31')).toBe(0)
})

it('Z-33: says on which day the calls run out, and at once when they have', () => {
  const aDay = callsPerBatch * 13
  const on = (callsPerMonth: number, usedCalls = 0) =>
    forecastMonth({ ...march, used: { messages: 0, calls: usedCalls }, forms: [daily], callsPerMonth })
      .runsOutOn
  expect(on(3 * aDay)).toBeNull()
  expect(on(3 * aDay - 1)).toBe('2026-03-31')
  expect(on(aDay - 1)).toBe('2026-03-29')
  expect(on(5, 6)).toBe('2026-03-29')
})

it('Z-33: never foresees less for more people, and warns exactly when the month does not suffice', () => {
  const anyForm = fc.record({
    formId: fc.constant('x'),
    audience: fc.integer({ min: 0, max: 2_000_000 }),
    repeat: fc.constantFrom(null, everyDay),
    endsOn: fc.constantFrom(null, civilDate('2026-03-30')),
    personSteps: fc.integer({ min: 0, max: 2 }),
    digests: fc.integer({ min: 0, max: 500 }),
  })
  fc.assert(
    fc.property(
      fc.array(anyForm, { maxLength: 5 }),
      fc.integer({ min: 0, max: 31 }),
      fc.integer({ min: 0, max: 100_000 }),
      (forms, day, callsPerMonth) => {
        const from = addDays(civilDate('2026-03-01'), day)
        const plan = { ...march, from, used: { messages: 0, calls: 100 }, forms, callsPerMonth }
        const { calls, messages, runsOutOn } = forecastMonth(plan)
        expect(runsOutOn !== null).toBe(calls > callsPerMonth)
        const more = forecastMonth({
          ...plan,
          forms: forms.map((form) => ({ ...form, audience: form.audience + 7 })),
        })
        expect(more.messages).toBeGreaterThanOrEqual(messages)
        expect(more.calls).toBeGreaterThanOrEqual(calls)
      },
    ),
  )
})
