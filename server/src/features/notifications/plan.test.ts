import { expect, it } from 'vitest'
import { nextSendAfter, nextSendOf } from './plan.ts'

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
