import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import type { Answers } from './answers.ts'
import type { Condition } from './condition.ts'
import type { Field, FormDefinition, NumberField } from './definition.ts'
import { problemMessage } from './problem-messages.ts'
import { validateAnswers } from './validation.ts'

const today = civilDate('2026-03-02')
const text = (zh: string, en = zh) => ({ 'zh-CN': zh, en })
const check = (when: Condition) => ({ when, message: text('请核对', 'Please look again') })
const number = (id: string, more: Partial<NumberField> = {}): NumberField => ({
  id,
  number: 1,
  type: 'number',
  min: 0,
  max: 100,
  decimals: 1,
  label: text(id),
  ...more,
})
const formOf = (...fields: Field[]): FormDefinition => ({
  id: 'own/f',
  version: 1,
  title: text('t'),
  description: text(''),
  category: 'own',
  period: 'day',
  locked: false,
  fields,
  findings: [],
})
const problemsOf = (form: FormDefinition, answers: Answers, keepsMasks = false) => {
  const checked = validateAnswers(form, answers, today, { keepsMasks })
  return checked.ok ? [] : checked.problems
}
const reasons = (form: FormDefinition, answers: Answers) =>
  problemsOf(form, answers).map(({ field, row, column, reason }) =>
    [field, row, column, reason].filter((part) => part !== undefined).join(' '),
  )

describe('Z-37: what an answer has to meet', () => {
  const visit = formOf(
    {
      id: 'kind',
      number: 1,
      type: 'single-choice',
      label: text('kind'),
      options: ['day', 'night'].map((value, i) => ({ value, code: i + 1, label: text(value) })),
    },
    number('hours', {
      check: check({ any: [{ not: { field: 'kind', is: 'night' } }, { field: 'hours', atMost: 8 }] }),
    }),
    {
      id: 'from',
      number: 3,
      type: 'date',
      label: text('from'),
      check: check({ field: 'from', within: { from: { daysFromToday: -7 }, to: { date: '2026-03-01' } } }),
    },
    {
      id: 'place',
      number: 4,
      type: 'region',
      withDetail: false,
      offersLocation: false,
      label: text('place'),
      check: check({ field: 'place', outsideRegions: ['4101'] }),
    },
    {
      id: 'plate',
      number: 5,
      type: 'text',
      maxLength: 9,
      label: text('plate'),
      check: check({ field: 'plate', contains: '豫' }),
    },
  )

  it.each<[string, Answers, string[]]>([
    ['nothing is asked of what is left open', {}, []],
    ['of itself alone, by day', { kind: 'day', hours: 12 }, []],
    ['of itself with what was answered before', { kind: 'night', hours: 8.5 }, ['hours check.failed']],
    ['its end is in it', { kind: 'night', hours: 8 }, []],
    ['its type is judged first, and then that alone', { kind: 'night', hours: 101 }, ['hours number.max']],
    ['days counted from the day of filing', { from: '2026-02-23' }, []],
    ['a day too early', { from: '2026-02-22' }, ['from check.failed']],
    ['a day too late by the calendar', { from: '2026-03-02' }, ['from check.failed']],
    ['a region', { place: { code: '410105' } }, ['place check.failed']],
    ['another region', { place: { code: '410205' } }, []],
    ['letters', { plate: '京A12345' }, ['plate check.failed']],
    ['letters that are there', { plate: '豫A12345' }, []],
    ['blanks are no answer', { plate: '   ' }, []],
  ])('%s', (_name, answers, expected) => {
    expect(reasons(visit, answers)).toEqual(expected)
  })

  it('is told in the words of whoever made the form, in both languages, its row said before', () => {
    const [problem] = problemsOf(visit, { plate: '京A' })
    if (!problem) throw new Error('none')
    expect(problemMessage(problem, 'zh-CN')).toBe('请核对')
    expect(problemMessage(problem, 'en')).toBe('Please look again')
    expect(problemMessage({ ...problem, row: 1, column: 'x' }, 'en')).toBe('Row 2: Please look again')
    // Gaps and marks in it are letters like others, and a draft without words says something too.
    const said = (zh: string) =>
      problemMessage({ field: 'a', reason: 'check.failed', params: { zh, en: zh } }, 'zh-CN')
    expect(said('{max} $& {zh}')).toBe('{max} $& {zh}')
    expect(said('')).not.toBe('')
  })

  it('holds of each row, which sees its own answers first and those outside after them', () => {
    const rows = formOf(number('most'), {
      id: 'trips',
      number: 2,
      type: 'group',
      maxRows: 3,
      label: text('trips'),
      rowLabel: text('{n}'),
      check: check({ rowsOf: 'trips', someRow: { field: 'km', moreThan: 5 } }),
      fields: [
        number('km'),
        number('cost', {
          check: check({
            all: [
              { field: 'km', moreThan: 0 },
              { field: 'most', answered: true },
            ],
          }),
        }),
      ],
    })
    const trips = (...given: Record<string, number>[]) => ({ rows: given })
    expect(reasons(rows, { most: 1, trips: trips({ km: 9, cost: 1 }, { km: 0, cost: 1 }) })).toEqual([
      'trips 1 cost check.failed',
    ])
    expect(reasons(rows, { trips: trips({ km: 9, cost: 1 }) })).toEqual(['trips 0 cost check.failed'])
    // The group itself is judged when its rows are right.
    expect(reasons(rows, { most: 1, trips: trips({ km: 2, cost: 1 }) })).toEqual(['trips check.failed'])
    expect(reasons(rows, { most: 1, trips: trips({ km: 9, cost: 1 }, { km: 2 }) })).toEqual([])
  })

  it('does not hold of what is not shown', () => {
    const hidden = formOf(
      number('a'),
      number('b', {
        visibleWhen: { field: 'a', answered: true },
        check: check({ field: 'b', lessThan: 5 }),
      }),
    )
    expect(reasons(hidden, { b: 9 })).toEqual([])
    expect(reasons(hidden, { a: 1, b: 9 })).toEqual(['b check.failed'])
  })

  it('waits for the server where a screen sees a mask instead of the answer (S-36)', () => {
    const masked = formOf(
      { id: 'phone', number: 1, type: 'phone', label: text('phone') },
      number('n', { check: check({ field: 'phone', answered: false }) }),
      number('m', { check: check({ field: 'm', lessThan: 5 }) }),
    )
    const seen = { phone: '138****0000', n: 1, m: 9 }
    expect(problemsOf(masked, seen, true).map(({ field }) => field)).toEqual(['m'])
    expect(reasons(masked, { phone: '13800000000', n: 1 })).toEqual(['n check.failed'])
  })
})
