import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import type { FormDefinition } from '../forms/definition.ts'
import { workStart } from '../programmes/zhengzhou/work-start.ts'
import { answerLines } from './answer-lines.ts'
import { countyParts, dayParts, newTally, type TalliedQuestion } from './answer-tally.ts'

const both = (text: string) => ({ 'zh-CN': text, en: text })
const form: FormDefinition = {
  ...workStart,
  findings: [],
  fields: [
    {
      id: 'went',
      number: 1,
      type: 'single-choice',
      label: both('went'),
      options: [
        { value: 'yes', code: 1, label: both('yes') },
        { value: 'no', code: 2, label: both('no') },
      ],
    },
    {
      id: 'where',
      number: 2,
      type: 'region',
      withDetail: false,
      offersLocation: false,
      label: both('where'),
      visibleWhen: { field: 'went', is: 'yes' },
    },
    { id: 'day', number: 3, type: 'date', label: both('day') },
    { id: 'words', number: 4, type: 'text', maxLength: 200, label: both('words') },
  ],
}
const day = civilDate('2026-03-02')
const question = (all: readonly TalliedQuestion[], id: string) => all.find(({ fieldId }) => fieldId === id)

describe('Z-36: questions without options', () => {
  it('are counted as answered or not, of those they were put to; choices are counted by their facets', () => {
    const tally = newTally(form)
    tally.add(form, { went: 'yes', where: { code: '410105' }, words: '出差' }, day)
    tally.add(form, { went: 'yes' }, day)
    tally.add(form, { went: 'no', where: { code: '410105' }, day: '2026-03-02' }, day)
    const all = tally.questions()
    expect(all.map(({ fieldId }) => fieldId)).toEqual(['where', 'day', 'words'])
    // The third answer's place does not count: it was not asked.
    expect(question(all, 'where')).toMatchObject({
      kind: 'region',
      asked: 2,
      answered: 1,
      parts: [{ key: '410105', count: 1 }],
    })
    expect(question(all, 'day')).toMatchObject({ kind: 'date', asked: 3, answered: 1 })
    expect(question(all, 'words')).toEqual({
      fieldId: 'words',
      kind: 'answered',
      asked: 3,
      answered: 1,
      parts: [],
    })
  })

  it('an older version of the form is read as it was', () => {
    const older = { ...form, version: 0, fields: form.fields.filter(({ id }) => id !== 'words') }
    const tally = newTally(form)
    tally.add(older, { went: 'no', day: '2026-03-02' }, day)
    tally.add(form, { went: 'no', words: '无' }, day)
    expect(question(tally.questions(), 'words')).toMatchObject({ asked: 1, answered: 1 })
  })

  it('in rows count once for each person, and each place or day once', () => {
    const grouped: FormDefinition = {
      ...form,
      fields: [
        {
          id: 'trips',
          number: 1,
          type: 'group',
          label: both('trips'),
          rowLabel: both('trip'),
          maxRows: 5,
          fields: [
            {
              id: 'to',
              number: 2,
              type: 'region',
              withDetail: false,
              offersLocation: false,
              label: both('to'),
            },
          ],
        },
      ],
    }
    const tally = newTally(grouped)
    const rows = ['410105', '410105', '420100'].map((code) => ({ to: { code } }))
    tally.add(grouped, { trips: { rows } }, day)
    expect(question(tally.questions(), 'trips/to')).toMatchObject({
      asked: 1,
      answered: 1,
      parts: [
        { key: '410105', count: 1 },
        { key: '420100', count: 1 },
      ],
    })
  })
})

it('Z-36: many days are drawn as their months, in order', () => {
  const days = Array.from({ length: 31 }, (_, i) => ({
    key: `2026-01-${String(i + 1).padStart(2, '0')}`,
    count: 1,
  }))
  expect(dayParts(days.toReversed())[0]).toEqual({ key: '2026-01-01', count: 1 })
  expect(dayParts([...days, { key: '2025-12-31', count: 4 }])).toEqual([
    { key: '2025-12', count: 4 },
    { key: '2026-01', count: 31 },
  ])
})

it('Z-36: streets add up in their county', () => {
  const parts = [
    { key: '410105001', count: 3 },
    { key: '410105002', count: 2 },
    { key: '410105', count: 1 },
    { key: '420100', count: 2 },
  ]
  expect(countyParts(parts)).toEqual([
    {
      key: '410105',
      count: 6,
      streets: [
        { key: '410105001', count: 3 },
        { key: '410105002', count: 2 },
      ],
    },
    { key: '420100', count: 2, streets: [] },
  ])
})

describe('Z-36: the lines of a question', () => {
  const places: TalliedQuestion = {
    fieldId: 'where',
    kind: 'region',
    asked: 30,
    answered: 28,
    parts: [
      { key: '410105', count: 20 },
      { key: '410108', count: 8 },
    ],
  }

  it('end with those who left it open', () => {
    expect(answerLines(places, false).map(({ key, count }) => [key, count])).toEqual([
      ['410105', 20],
      ['410108', 8],
      ['', 2],
    ])
  })

  it('hide small numbers together with one that would give them away', () => {
    expect(answerLines(places, true).map(({ count }) => count)).toEqual([20, null, null])
  })
})
