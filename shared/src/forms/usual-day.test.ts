import { expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import { daily } from '../programmes/zhengzhou/daily.ts'
import { findingsOf } from '../rules/findings.ts'
import type { FormDefinition } from './definition.ts'
import { usualAnswers } from './usual-day.ts'

const today = civilDate('2026-03-02')
const given = (form: FormDefinition) =>
  Object.fromEntries(usualAnswers(form, {}, today).map(({ field, value }) => [field.id, value]))

it('Z-34: what may be confirmed together is each risk question with its one harmless answer', () => {
  expect(given(daily)).toEqual({
    symptoms: ['none'],
    'contact-case': 'no',
    'contact-region': 'no',
    'been-region': 'no',
  })
  expect(findingsOf(daily, given(daily), today)).toEqual([])
})

it('Z-34: the temperature, and what may be carried, are never among it', () => {
  const ids = Object.keys(given(daily))
  expect(ids).not.toContain('temperature')
  for (const field of daily.fields) if (field.carried) expect(ids).not.toContain(field.id)
})

it('Z-34: a question no finding asks about, or with two harmless answers, is answered by itself', () => {
  const label = { 'zh-CN': '问', en: 'Question' }
  const option = (value: string, code: number) => ({ value, code, label })
  const base = { required: true, label, type: 'single-choice' } as const
  const form: FormDefinition = {
    ...daily,
    fields: [
      { ...base, id: 'meal', number: 1, options: [option('rice', 1), option('noodles', 2)] },
      { ...base, id: 'pain', number: 2, options: [option('none', 1), option('mild', 2), option('bad', 3)] },
    ],
    findings: [{ id: 'pain', number: 1, abnormal: true, label, when: { field: 'pain', is: 'bad' } }],
  }
  expect(usualAnswers(form, {}, today)).toEqual([])
})
