import { expect, it } from 'vitest'
import type { Form } from '@kangbao/shared/contracts/forms.ts'
import { lastOfMonth, newSchedule, scheduleOf, type ScheduleDraft } from './schedule-draft.ts'

const form = (period: Form['period']) => ({ period }) as Form // all the draft reads of it
const draft = { ...newSchedule(['me']), weekday: 5, monthDay: lastOfMonth }

it.each<[string, Partial<ScheduleDraft>, object]>([
  ['day', {}, { every: 'day', time: '08:00' }],
  [
    'working day',
    { workingDaysOnly: true, time: '09:30' },
    { every: 'day', time: '09:30', workingDaysOnly: true },
  ],
  ['week', { every: 'week' }, { every: 'week', weekday: 5, time: '08:00' }],
  ['month', { every: 'month' }, { every: 'month', day: 31, time: '08:00' }],
])('Z-36: an export of every %s names what belongs to its rhythm, and no more', (_name, given, timing) => {
  expect(scheduleOf({ ...draft, ...given }, form('day'), 'en')).toEqual({
    shape: 'table',
    format: 'xlsx',
    locale: 'en',
    span: 'yesterday',
    by: ['chat'],
    recipients: ['me'],
    timing,
  })
})

it('Z-36: a form that is filled once goes out whole', () => {
  expect(scheduleOf(draft, form('once'), 'en')).not.toHaveProperty('span')
})
