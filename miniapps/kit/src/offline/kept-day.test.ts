import { expect, it } from 'vitest'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Filling, MyForm } from '@kangbao/shared/contracts/submissions.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { workStart } from '@kangbao/shared/programmes/zhengzhou/work-start.ts'
import { fillingOn, formOn } from './kept-day.ts'

const zone = 'Asia/Shanghai'
/** A wall time in Shanghai on a day. */
const at = (day: string, time: string) => ({
  today: civilDate(day),
  now: Date.parse(`${day}T${time}:00+08:00`),
  zone,
})
const answers = {
  date: '2026-11-23',
  place: { code: '410105' },
  temperature: 37.6,
  'at-work': 'yes',
} as const
const receipt = {
  submissionId: 's1',
  number: '0001',
  formId: 'f1',
  period: '2026-11-23',
  revision: 1,
  filedAt: '2026-11-23T00:10:00.000Z',
  findings: [],
  isAbnormal: false,
}
const monday: Filling = {
  formId: 'f1',
  definition: daily,
  formVersion: 1,
  period: '2026-11-23',
  today: '2026-11-23',
  orgName: '测试机械',
  window: { state: 'open', opensAt: '2026-11-22T16:00:00.000Z', closesAt: '2026-11-23T15:01:00.000Z' },
  profile: { name: '王晓梅', department: '质检部', phone: null },
  mine: { answers, receipt },
  last: null,
  consent: { isDue: false, closedFields: [], version: 1 },
}

it('X-10: on its own day a kept form is as it was, and closes when it closes', () => {
  expect(fillingOn(monday, at('2026-11-23', '22:59'))).toEqual(monday)
  expect(fillingOn(monday, at('2026-11-23', '23:01'))?.window.state).toBe('closed')
})

it('X-10: on a later day it asks for that day; what may be carried is offered, temperature is asked afresh', () => {
  const wednesday = fillingOn(monday, at('2026-11-25', '08:00'))
  expect(wednesday).toMatchObject({ period: '2026-11-25', today: '2026-11-25', mine: null })
  expect(wednesday?.window).toEqual({
    state: 'open',
    opensAt: '2026-11-24T16:00:00.000Z',
    closesAt: '2026-11-25T15:01:00.000Z',
  })
  expect(wednesday?.last).toEqual({
    period: '2026-11-23',
    answers: { place: { code: '410105' }, 'at-work': 'yes' },
  })
})

it('X-10: without an answer of that day the one before is offered still', () => {
  const last = { period: '2026-11-20', answers: { 'at-work': 'yes' } }
  expect(fillingOn({ ...monday, mine: null, last }, at('2026-11-24', '08:00'))?.last).toEqual(last)
})

it('X-10: wall times stay over a change of the clocks', () => {
  const window = {
    ...monday.window,
    opensAt: '2026-10-23T22:00:00.000Z',
    closesAt: '2026-10-24T20:01:00.000Z',
  }
  const berlin = { ...monday, period: '2026-10-24', window }
  const next = fillingOn(berlin, {
    today: civilDate('2026-10-26'),
    now: Date.parse('2026-10-26T07:00:00Z'),
    zone: 'Europe/Berlin',
  })
  expect(next?.window).toEqual({
    state: 'open',
    opensAt: '2026-10-25T23:00:00.000Z',
    closesAt: '2026-10-26T21:01:00.000Z',
  })
})

it('X-10: what only the server can tell is not made up: a clock set back, a month that has passed', () => {
  expect(fillingOn(monday, at('2026-11-22', '08:00'))).toBeNull()
  const monthly = { ...monday, period: '2026-11', definition: { ...daily, period: 'month' as const } }
  expect(fillingOn(monthly, at('2026-11-30', '08:00'))?.period).toBe('2026-11')
  expect(fillingOn(monthly, at('2026-12-01', '08:00'))).toBeNull()
  const once = { ...monday, period: 'once', definition: workStart }
  expect(fillingOn(once, at('2027-01-01', '08:00'))?.mine).toEqual(monday.mine)
})

it('X-10: the list says of a new day that nothing is filed for it', () => {
  const form: MyForm = {
    formId: 'f1',
    title: daily.title,
    periodKind: 'day',
    period: '2026-11-23',
    window: monday.window,
    filedAt: receipt.filedAt,
  }
  expect(formOn(form, at('2026-11-23', '12:00'))?.filedAt).toBe(receipt.filedAt)
  expect(formOn(form, at('2026-11-24', '12:00'))).toMatchObject({ period: '2026-11-24', filedAt: null })
})
