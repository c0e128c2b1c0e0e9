import { describe, expect, it } from 'vitest'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { countableQuestions, facetLabel } from './facet-labels.ts'
import { beginsLater, keptFor, settingsProblems, toggleWeekday } from './publish-settings.ts'

const settings: FormSettings = {
  whoMayFill: 'org',
  audience: { kind: 'all' },
  sharedViewers: [],
  tellsPublisher: false,
  sendsDing: true,
  repeat: { weekdays: [1, 2, 3, 4, 5, 6, 7], time: '17:00' },
  endsOn: null,
  reminders: { memberAfterMinutes: 120, headsAfterMinutes: 240 },
}
const nobody: FormSettings['audience'] = { kind: 'some', departmentIds: [], userIds: [] }

describe('Z-31: publish settings', () => {
  it.each([
    { name: 'all in order', change: {}, problems: [] },
    { name: 'nobody chosen', change: { audience: nobody }, problems: ['problemAudience'] },
    {
      name: 'no weekday',
      change: { repeat: { weekdays: [], time: '08:00' } },
      problems: ['problemWeekdays'],
    },
    { name: 'ended yesterday', change: { endsOn: '2026-11-22' }, problems: ['problemEnds'] },
    { name: 'ends today', change: { endsOn: '2026-11-23' }, problems: [] },
    { name: 'kept a week', change: { retentionDays: 7 }, problems: [] },
    { name: 'kept too short', change: { retentionDays: 6 }, problems: ['problemRetention'] },
    { name: 'kept too long', change: { retentionDays: 1097 }, problems: ['problemRetention'] },
    {
      name: 'heads before members',
      change: { reminders: { memberAfterMinutes: 120, headsAfterMinutes: 60 } },
      problems: ['problemReminders'],
    },
  ])('$name', ({ change, problems }) => {
    expect(settingsProblems({ ...settings, ...change }, '2026-11-23')).toEqual(problems)
  })

  it.each([
    { time: '17:00', now: '2026-11-23T08:59:00Z', later: false },
    { time: '17:00', now: '2026-11-23T09:00:00Z', later: true },
    { time: '08:00', now: '2026-11-23T09:00:00Z', later: true },
  ])('a time of $time at $now begins later: $later', ({ time, now, later }) => {
    expect(beginsLater({ weekdays: [1], time }, Date.parse(now), 'Asia/Shanghai')).toBe(later)
  })

  it('X-04: days kept are chosen, and given back to the notice', () => {
    const chosen = keptFor(settings, 90)
    expect(chosen.retentionDays).toBe(90)
    expect(keptFor(chosen, null)).toEqual(settings)
  })

  it('weekdays stay in order', () => {
    expect(toggleWeekday([1, 5], 3)).toEqual([1, 3, 5])
    expect(toggleWeekday([1, 3, 5], 3)).toEqual([1, 5])
  })
})

it('Z-36: every facet of the daily form has words', () => {
  const facets = countableQuestions(daily).flatMap(({ choices }) => choices.map(({ facet }) => facet))
  expect(new Set(facets).size).toBe(facets.length)
  for (const facet of facets) expect(facetLabel(daily, facet)?.['zh-CN']).toBeTruthy()
  expect(facetLabel(daily, 4002)?.['zh-CN']).toBe('37.3–38.4 ℃')
  expect(facetLabel(daily, 999_999)).toBeNull()
})
