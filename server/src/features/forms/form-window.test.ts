import { expect, it } from 'vitest'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { RepeatSchedule } from '@kangbao/shared/calendar/schedule.ts'
import { plainSettings } from '../../../test/world.ts'
import { isExpectedOn } from './form-window.ts'
import type { PublishedForm } from './forms.repo.ts'

const org = { timeZone: 'Asia/Shanghai' }
const form = (repeat: RepeatSchedule): PublishedForm => ({
  orgId: '01900000-0000-7000-8000-000000000001',
  id: '01900000-0000-7000-8000-000000000002',
  templateId: null,
  periodKind: 'day',
  state: 'published',
  version: 1,
  settings: { ...plainSettings, repeat, endsOn: '2026-10-31' },
  linkToken: '',
  publishedBy: '',
  publishedAt: Date.parse('2026-10-03T10:00:00+08:00'),
  endedAt: null,
})
const weekdays: RepeatSchedule = { weekdays: [1, 2, 3, 4, 5], time: '08:00' }
const working: RepeatSchedule = { ...weekdays, workingDaysOnly: true }

/* The National Day of 2026: off from the 1st to the 7th, worked in return on Saturday the 10th. */
it.each([
  ['2026-10-03', true, true, 'a day off, on which it was published'],
  ['2026-10-05', true, false, 'a Monday off'],
  ['2026-10-08', true, true, 'a working Thursday'],
  ['2026-10-10', false, true, 'a Saturday worked in return'],
  ['2026-10-11', false, false, 'a plain Sunday'],
  ['2026-11-02', false, false, 'past the end'],
])('Z-31: on %s people are expected by weekdays: %s, by working days: %s (%s)', (text, byWeekday, byWork) => {
  const day = civilDate(text)
  expect([isExpectedOn(form(weekdays), org, day), isExpectedOn(form(working), org, day)]).toEqual([
    byWeekday,
    byWork,
  ])
})
