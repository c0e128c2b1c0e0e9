import { expect, it } from 'vitest'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { daily } from '@kangbao/shared/programmes/zhengzhou/daily.ts'
import { workStart } from '@kangbao/shared/programmes/zhengzhou/work-start.ts'
import { carriedIds, startingAnswers } from './answers-start.ts'
import { useFormAnswers } from './use-form-answers.ts'

const yesterday = {
  date: '2026-11-22',
  place: { code: '410105' },
  temperature: 36.4,
  symptoms: ['none'],
  'contact-case': 'no',
  isolation: 'none',
  'isolation-since': '2026-11-01',
  'at-work': 'yes',
}
const profile = { name: '王晓梅', department: '质检部', phone: '13800000001' }

it('Z-34: “same as last time” carries only what the form lets carry; risk is asked afresh', () => {
  const form = useFormAnswers(daily, '2026-11-23')
  form.start(startingAnswers(daily, profile, '2026-11-23'))
  form.carry(yesterday)
  expect(form.answers.value).toEqual({
    date: '2026-11-23',
    place: { code: '410105' },
    isolation: 'none',
    'at-work': 'yes',
  })
  expect(form.carriedShown.value).toEqual(['place', 'isolation', 'at-work'])
})

it('Z-34: an answer hidden yesterday is not carried', () => {
  expect(carriedIds(daily, yesterday, civilDate('2026-11-23'))).not.toContain('isolation-since')
})

it('Z-34: a carried answer that is changed is no longer marked as carried', () => {
  const form = useFormAnswers(daily, '2026-11-23')
  form.carry(yesterday)
  form.set('at-work', 'no')
  expect(form.carriedShown.value).toEqual(['place', 'isolation'])
})

it('Z-34: the form opens with what is known: name, phone, department; today where only today fits', () => {
  expect(startingAnswers(workStart, profile, '2026-11-23')).toEqual({
    name: '王晓梅',
    phone: '13800000001',
    department: '质检部',
  })
  expect(startingAnswers(daily, profile, '2026-11-23')).toEqual({ date: '2026-11-23' })
})
