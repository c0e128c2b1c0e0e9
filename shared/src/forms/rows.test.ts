import { Value } from 'typebox/value'
import { describe, expect, it } from 'vitest'
import { civilDate } from '../calendar/civil-day.ts'
import { findingsOf } from '../rules/findings.ts'
import { answerInWords, rowsInWords } from './answer-words.ts'
import { Answers, rowLimits, type RowAnswers } from './answers.ts'
import type { FormDefinition, GroupField, TableField } from './definition.ts'
import { facetsOf } from './facets.ts'
import { maskedAnswers, maskedPaths, withKept } from './masking.ts'
import { answerAt, answerPath, isAnsweredAt, withoutAnswers, withoutFields } from './paths.ts'
import { problemMessage } from './problem-messages.ts'
import { validateAnswers, type FieldProblem } from './validation.ts'
import { shownWith, visibleFields } from './visibility.ts'

const today = civilDate('2026-03-02')
const both = (text: string) => ({ 'zh-CN': text, en: text })
const options = ['walk', 'bus'].map((value, i) => ({ value, code: i + 1, label: both(value) }))
const tracks: GroupField = {
  id: 'tracks',
  number: 2,
  type: 'group',
  required: true,
  minRows: 2,
  maxRows: 3,
  label: both('行程'),
  rowLabel: { 'zh-CN': '行程 {n}', en: 'Track {n}' },
  bands: [
    { code: 1, label: both('few'), below: 3 },
    { code: 2, label: both('many'), from: 3 },
  ],
  fields: [
    { id: 'place', number: 3, type: 'text', maxLength: 10, required: true, label: both('地点') },
    { id: 'by', number: 4, type: 'single-choice', options, label: both('方式') },
    {
      id: 'line',
      number: 5,
      type: 'text',
      maxLength: 10,
      required: true,
      label: both('车次'),
      visibleWhen: {
        all: [
          { field: 'by', is: 'bus' },
          { field: 'asks', is: 'walk' },
        ],
      },
    },
    { id: 'phone', number: 6, type: 'phone', label: both('同行人电话') },
    { id: 'minutes', number: 7, type: 'number', min: 0, max: 999, decimals: 0, label: both('分钟') },
  ],
}
const table: TableField = {
  id: 'family',
  number: 8,
  type: 'table',
  label: both('家人'),
  rowLabels: [both('父亲'), both('母亲')],
  fields: [{ id: 'fever', number: 9, type: 'single-choice', options, required: true, label: both('发热') }],
}
const form: FormDefinition = {
  id: 'made/up',
  version: 1,
  title: both('t'),
  description: both('d'),
  category: 'c',
  period: 'day',
  locked: true,
  fields: [
    { id: 'part', number: 11, type: 'section', label: both('一') },
    { id: 'asks', number: 1, type: 'single-choice', options, label: both('asks') },
    tracks,
    table,
    {
      id: 'total',
      number: 10,
      type: 'computed',
      decimals: 0,
      label: both('total'),
      expression: { rowsOf: 'tracks', take: 'sum', column: 'minutes' },
    },
  ],
  findings: [
    {
      id: 'bus',
      number: 1,
      label: both('bus'),
      abnormal: true,
      when: { rowsOf: 'tracks', someRow: { field: 'by', is: 'bus' } },
    },
  ],
}
const rows = (...each: RowAnswers[]) => ({ rows: each })
const told = (answers: Answers): string[] => {
  const result = validateAnswers(form, answers, today)
  return result.ok ? [] : result.problems.map((each) => `${answerPath(each)} ${each.reason}`)
}
const a = { place: 'A' }

describe('Z-34: answers in rows', () => {
  it('are kept, computed from and counted, what stands in two rows once', () => {
    const given = {
      asks: 'walk',
      tracks: rows(
        { place: ' A ', by: 'bus', line: '1', minutes: 20 },
        { place: 'B', by: 'bus', line: '2', minutes: 5 },
      ),
    }
    const kept = {
      ...given,
      total: 25,
      tracks: rows({ ...given.tracks.rows[0], place: 'A' }, given.tracks.rows[1] ?? {}),
    }
    expect(validateAnswers(form, given, today)).toEqual({ ok: true, answers: kept })
    const findings = findingsOf(form, kept, today)
    expect(findings.map(({ id }) => id)).toEqual(['bus'])
    expect(facetsOf(form, kept, findings)).toEqual([1001, 2001, 4002, 1_000_001])
    expect(facetsOf(form, { tracks: rows(a, a, a) }, [])).toEqual([2002])
  })

  it.each<[string, Answers, string[]]>([
    ['none, though asked for', {}, ['tracks required']],
    ['no rows', { tracks: rows() }, ['tracks required']],
    ['too few', { tracks: rows(a) }, ['tracks rows.too-few']],
    ['too many', { tracks: rows(a, a, a, a) }, ['tracks rows.too-many']],
    ['an empty row', { tracks: rows(a, {}) }, ['tracks/rows/1/place required']],
    ['a text', { tracks: 'A' }, ['tracks type']],
    [
      'a wrong cell in the second row',
      { tracks: rows(a, { place: 'a'.repeat(11) }) },
      ['tracks/rows/1/place text.too-long'],
    ],
    ['an unknown column', { tracks: rows(a, { ...a, shoe: 44 }) }, ['tracks/rows/1/shoe field.unknown']],
    // The condition asks the row first, and then the form.
    ['hidden by the form', { tracks: rows(a, { ...a, by: 'bus' }) }, []],
    [
      'asked by both',
      { asks: 'walk', tracks: rows(a, { ...a, by: 'bus' }) },
      ['tracks/rows/1/line required'],
    ],
    [
      'the name of what every object has',
      { tracks: rows(a, { ...a, constructor: 'x' }) },
      ['tracks/rows/1/constructor field.unknown'],
    ],
    ['rows in a question of its own', { asks: rows({ asks: 'walk' }), tracks: rows(a, a) }, ['asks type']],
    [
      'a table half filled',
      { tracks: rows(a, a), family: rows({ fever: 'bus' }) },
      ['family/rows/1/fever required'],
    ],
    [
      'a table with a row too many',
      { tracks: rows(a, a), family: rows({}, {}, { fever: 'bus' }) },
      ['family rows.too-many'],
    ],
    ['a table left open', { tracks: rows(a, a), family: rows({}, {}) }, []],
  ])('%s', (_name, answers, problems) => expect(told(answers)).toEqual(problems))

  it('a row nobody wrote in is told, not dropped: those below it stay where they are', () => {
    const free = {
      ...form,
      fields: [{ ...tracks, fields: tracks.fields.map((each) => ({ ...each, required: false })) }],
    }
    const result = validateAnswers(free as FormDefinition, { tracks: rows({}, a) }, today) // the same types as before
    expect(result).toEqual({ ok: false, problems: [{ field: 'tracks', row: 0, reason: 'row.empty' }] })
  })

  it('a row’s own field goes before the form’s of the same name, open or not', () => {
    const own: GroupField = {
      ...tracks,
      minRows: 0,
      fields: [
        { id: 'asks', number: 3, type: 'text', maxLength: 9, label: both('asks') },
        {
          id: 'more',
          number: 4,
          type: 'text',
          maxLength: 9,
          label: both('more'),
          visibleWhen: { field: 'asks', is: 'walk' },
        },
      ],
    }
    const shadowed = { ...form, fields: [...form.fields.slice(0, 2), own] }
    const columns = (row: RowAnswers) =>
      shownWith(shadowed, { asks: 'walk', tracks: rows(row) }, today)
        .rows.get('tracks')?.[0]
        ?.fields.map(({ id }) => id)
    expect(columns({})).toEqual(['asks'])
    expect(columns({ asks: 'walk' })).toEqual(['asks', 'more'])
  })

  it('a table is shown with all its rows, and a heading holds no answer', () => {
    expect(shownWith(form, {}, today).rows.get('family')).toHaveLength(2)
    expect(visibleFields(form, {}, today)[0]?.type).toBe('section')
    expect(told({ part: 'x', tracks: rows(a, a) })).toEqual(['part field.unknown'])
  })

  it('are told with their row, in both languages', () => {
    const problem: FieldProblem = { field: 'tracks', row: 2, column: 'place', reason: 'required' }
    expect(problemMessage(problem, 'zh-CN')).toBe('第 3 行：此项必填')
    expect(problemMessage(problem, 'en')).toBe('Row 3: Please answer this')
  })
})

describe('S-89: attacks on rows', () => {
  it('ten thousand rows are refused by their shape, and by the form without being walked', () => {
    const flood = { tracks: rows(...Array.from({ length: 10_000 }, () => ({ ...a, shoe: 1 }))) }
    expect(Value.Check(Answers, flood)).toBe(false)
    const problems = told(flood)
    expect(problems[0]).toBe('tracks rows.too-many')
    expect(problems.length).toBeLessThanOrEqual(rowLimits.rows + 1)
    expect(shownWith(form, flood, today).rows.get('tracks')).toHaveLength(rowLimits.rows)
  })

  it.each([
    ['__proto__ as a column', '{"tracks":{"rows":[{"place":"A"},{"place":"B","__proto__":{"by":"bus"}}]}}'],
    [
      '__proto__ as rows',
      '{"tracks":{"__proto__":{"rows":[]},"rows":[{"place":"A"},{"place":"B","__proto__":"x"}]}}',
    ],
    ['rows inside rows', '{"tracks":{"rows":[{"place":{"rows":[{"place":"A"}]}},{"place":"B"}]}}'],
    ['rows inside rows inside rows', '{"tracks":{"rows":[{"place":{"rows":[{"place":{"rows":[]}}]}}]}}'],
  ])('%s', (_name, json) => {
    const given = JSON.parse(json) as Answers // whatever a client sends
    const result = validateAnswers(form, given, today)
    expect(Value.Check(Answers, given) && result.ok).toBe(false)
    expect(Object.hasOwn(Object.prototype, 'by')).toBe(false)
    expect(shownWith(form, given, today).answers['tracks']).not.toMatchObject({ rows: [{}, { by: 'bus' }] })
  })
})

describe('S-36: masks in rows', () => {
  const stored: Answers = {
    tracks: rows(
      { place: 'A', phone: '13800002222' },
      { place: 'B', phone: '13811112222' },
      { place: 'C', phone: '13900003333' },
    ),
  }
  const shown = maskedAnswers(form, stored)
  const sent = (...each: RowAnswers[]) => withKept(form, { tracks: rows(...each) }, stored)['tracks']
  const phone = '138****2222'
  it('hide the phones of every row, and name where they are', () => {
    expect(shown['tracks']).toEqual(
      rows({ place: 'A', phone }, { place: 'B', phone }, { place: 'C', phone: '139****3333' }),
    )
    expect(maskedPaths(form, stored)).toEqual([
      'tracks/rows/0/phone',
      'tracks/rows/1/phone',
      'tracks/rows/2/phone',
    ])
    expect(answerAt(form, stored, 'tracks/rows/1/phone')).toMatchObject({ value: '13811112222' })
    for (const path of [
      'tracks/rows/3/phone',
      'tracks/rows/1/shoe',
      'tracks/rows/-1/phone',
      'tracks/rows/1',
      'asks',
    ])
      expect(answerAt(form, stored, path)).toBeNull()
  })

  it('sent back mean the answer behind them, wherever the row has gone, and never another’s', () => {
    expect(withKept(form, shown, stored)).toEqual(stored)
    expect(sent({ place: 'C', phone: '139****3333' })).toEqual(rows({ place: 'C', phone: '13900003333' }))
    expect(sent({ place: 'B', phone })).toEqual(rows({ place: 'B', phone: '13811112222' }))
    // Changed in its place; and changed where nobody can tell which it was.
    const kept = sent({ place: 'A2', phone }, { place: 'B', phone }, { place: 'C' })
    expect(kept).toEqual(
      rows({ place: 'A2', phone: '13800002222' }, { place: 'B', phone: '13811112222' }, { place: 'C' }),
    )
    expect(sent({ place: 'X', phone })).toEqual(rows({ place: 'X', phone }))
    const corrected = { tracks: rows({ place: 'A', phone }, { place: 'B', phone: '13' }) }
    const result = validateAnswers(form, corrected, today, { keepsMasks: true })
    expect(result.ok ? [] : result.problems.map(answerPath)).toEqual(['tracks/rows/1/phone'])
  })
})

describe('S-38, S-40: a question in rows may be left out by itself', () => {
  const answers: Answers = { asks: 'bus', tracks: rows({ place: 'A', phone: '13800002222' }, { place: 'B' }) }
  it('of the form, of the answers, and of the consents needed', () => {
    expect(isAnsweredAt(answers, 'tracks/phone')).toBe(true)
    const left = withoutAnswers(answers, ['tracks/phone', 'asks'])
    expect(left).toEqual({ tracks: rows({ place: 'A' }, { place: 'B' }) })
    expect([
      isAnsweredAt(left, 'tracks/phone'),
      isAnsweredAt(left, 'tracks'),
      isAnsweredAt(left, 'asks/x'),
    ]).toEqual([false, true, false])
    const open = withoutFields(form, ['tracks/phone', 'family'])
    expect(open.fields.map(({ id }) => id)).toEqual(['part', 'asks', 'tracks', 'total'])
    expect(told(answers)).toEqual([])
    expect(validateAnswers(open, answers, today).ok).toBe(false)
    expect(validateAnswers(open, left, today).ok).toBe(true)
  })
})

describe('Z-35: answers in words', () => {
  const words = { locale: 'zh-CN', region: (code: string) => `区${code}` } as const
  it('name the row and its columns, and leave out what is open', () => {
    const value = rows({ place: 'A', by: 'bus', minutes: 5 }, { place: 'B' })
    expect(answerInWords(tracks, value, words)).toBe('行程 1：地点 A；方式 bus；分钟 5\n行程 2：地点 B')
    const [first] = rowsInWords(tracks, value, words)
    expect([first?.label, first?.cells.map(({ text }) => text)]).toEqual([
      '行程 1',
      ['A', 'bus', '', '', '5'],
    ])
    expect(rowsInWords(table, rows({}, { fever: 'bus' }), words).map(({ label }) => label)).toEqual([
      '父亲',
      '母亲',
    ])
  })

  it('are empty for what is open or does not fit', () => {
    expect([answerInWords(tracks, undefined, words), answerInWords(tracks, 'x', words)]).toEqual(['', ''])
    expect(answerInWords(table.fields[0] ?? tracks, { rows: [] }, words)).toBe('')
  })
})
