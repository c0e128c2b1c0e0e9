import { expect, it } from 'vitest'
import type { RepeatSchedule } from '@kangbao/shared/calendar/schedule.ts'
import { nextOpeningOf, nextSendAfter, nextSendOf } from './plan.ts'

const zone = 'Asia/Shanghai'
const daily = { repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '08:00' }, endsOn: null }
const at = (text: string) => Date.parse(`${text}:00+08:00`)

it.each([
  { name: 'on time', planned: '2026-11-20T08:00', now: '2026-11-20T08:00', next: '2026-11-21T08:00' },
  {
    name: 'late the same day',
    planned: '2026-11-20T08:00',
    now: '2026-11-20T19:00',
    next: '2026-11-21T08:00',
  },
  {
    name: 'away until today’s time passed',
    planned: '2026-11-20T08:00',
    now: '2026-11-23T08:01',
    next: '2026-11-23T08:00',
  },
  {
    name: 'away until before today’s time',
    planned: '2026-11-20T08:00',
    now: '2026-11-23T07:00',
    next: '2026-11-23T08:00',
  },
])('Z-33: $name: the next send is $next', ({ planned, now, next }) => {
  expect(nextSendOf(daily, nextSendAfter(at(planned), at(now), zone), zone)).toBe(at(next))
})

/* The National Day of 2026: off from the 1st to the 7th, worked in return on Saturday the 10th. */
const weekdays: RepeatSchedule = { weekdays: [1, 2, 3, 4, 5], time: '08:00' }
const working: RepeatSchedule = { ...weekdays, workingDaysOnly: true }
it.each([
  { name: 'weekdays', repeat: weekdays, now: '2026-09-30T09:00', day: '2026-10-01' },
  { name: 'working days', repeat: working, now: '2026-09-30T09:00', day: '2026-10-08' },
  { name: 'working days', repeat: working, now: '2026-10-09T09:00', day: '2026-10-10' },
  { name: 'weekdays', repeat: weekdays, now: '2026-10-09T09:00', day: '2026-10-12' },
])('Z-31: after $now a form of $name opens and is sent next on $day', ({ repeat, now, day }) => {
  const timing = { repeat, endsOn: null }
  expect(nextSendOf(timing, at(now), zone)).toBe(at(`${day}T08:00`))
  expect(nextOpeningOf('day', timing, at(now), zone)).toBe(at(`${day}T00:00`))
})

it('Z-31: a form of working days that ends within a holiday opens no more', () => {
  const timing = { repeat: working, endsOn: '2026-10-05' }
  expect(nextSendOf(timing, at('2026-09-30T09:00'), zone)).toBeNull()
  expect(nextOpeningOf('day', timing, at('2026-09-30T09:00'), zone)).toBeNull()
})
