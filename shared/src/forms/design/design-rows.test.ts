import { describe, expect, it } from 'vitest'
import { civilDate } from '../../calendar/civil-day.ts'
import type { Condition } from '../condition.ts'
import type { Field, FormDefinition, GroupField, RowField } from '../definition.ts'
import { everyField } from '../definition.ts'
import { readContent } from './content-schema.ts'
import { blankContent } from './content.ts'
import { definitionProblems } from './definition-problems.ts'
import { numbered } from './numbering.ts'
import { isAlwaysSensitive } from './own-notice.ts'
import { answersStillFitting } from './succession.ts'

const text = (value: string) => ({ 'zh-CN': value, en: '' })
const column = (id: string, more: object = {}): RowField => ({
  id,
  number: 0,
  type: 'number',
  min: 0,
  max: 9,
  decimals: 0,
  label: text(id),
  ...more,
})
const group = (fields: readonly RowField[], more: Partial<GroupField> = {}): GroupField => ({
  id: 'rows',
  number: 0,
  type: 'group',
  maxRows: 5,
  label: text('rows'),
  rowLabel: text('{n}'),
  fields,
  ...more,
})
const table: Field = {
  id: 'grid',
  number: 0,
  type: 'table',
  label: text('grid'),
  rowLabels: [text('a'), text('b')],
  fields: [column('a')],
}
const section: Field = { id: 'part', number: 0, type: 'section', label: text('part') }
const formOf = (fields: readonly Field[], when?: Condition): FormDefinition => ({
  id: 'own/form',
  version: 1,
  title: text('t'),
  description: text(''),
  category: 'own',
  period: 'day',
  locked: false,
  fields,
  findings: when ? [{ id: 'found', number: 1, label: text('found'), abnormal: true, when }] : [],
})
const problems = (fields: readonly Field[], when?: Condition) =>
  definitionProblems(numbered(formOf(fields, when), [])).map(({ at, reason }) =>
    typeof at === 'string' ? reason : `${'field' in at ? at.field : at.finding} ${reason}`,
  )

describe('Z-37: groups, tables and sections of one’s own', () => {
  const shown = (field: string) => ({ visibleWhen: { field, atLeast: 1 } })
  it.each<[string, readonly Field[], string[]]>([
    ['good ones', [section, column('a'), group([column('a'), column('b', shown('a'))]), table], []],
    ['no columns', [group([])], ['rows fields.none']],
    ['more rows at least than at most', [group([column('a')], { minRows: 6 })], ['rows limits.reversed']],
    ['a row without a name', [group([column('a')], { rowLabel: text('') })], ['rows text.missing']],
    [
      'two columns of one name',
      [group([column('a'), column('a')])],
      ['rows/a id.twice', 'rows/a number.twice'],
    ],
    ['a column named unsafely', [group([column('a/b')])], ['rows/a/b id.unsafe']],
    ['a column that asks the form', [column('x'), group([column('a', shown('x'))])], []],
    // The row has an `a` of its own, so the form's is not meant.
    [
      'a column that asks a later one',
      [column('b'), group([column('a', shown('b')), column('b')])],
      ['rows/a condition.later-field'],
    ],
    [
      'a field that asks into a row',
      [group([column('a')]), column('x', shown('a'))],
      ['x condition.unknown-field'],
    ],
    ['limits of a column', [group([column('a', { min: 9, max: 1 })])], ['rows/a limits.reversed']],
  ])('%s', (_name, fields, expected) => expect(problems(fields)).toEqual(expected))

  it.each<[string, Condition, string[]]>([
    ['of some row', { rowsOf: 'rows', someRow: { field: 'a', atLeast: 1 } }, []],
    [
      'of an unknown column',
      { rowsOf: 'rows', someRow: { field: 'z', atLeast: 1 } },
      ['found condition.unknown-field'],
    ],
    ['of no rows', { rowsOf: 'x', someRow: { field: 'a', atLeast: 1 } }, ['found condition.operator']],
    [
      'of a group that is gone',
      { rowsOf: 'y', someRow: { field: 'a', atLeast: 1 } },
      ['found condition.unknown-field'],
    ],
    ['of rows as a number', { field: 'rows', atLeast: 1 }, ['found condition.operator']],
  ])('a finding %s', (_name, when, expected) => {
    expect(problems([column('x'), group([column('a')])], when)).toEqual(expected)
  })

  it('are read when they have the shape, and rows have none of their own', () => {
    const read = (fields: readonly unknown[]) => readContent({ ...blankContent(), fields })
    expect(read([section, group([column('a')]), table])).not.toBeNull()
    const inside: unknown[] = [
      group([column('a')]),
      table,
      section,
      { ...section, type: 'note', text: text('x') },
    ]
    for (const wrong of inside) expect(read([{ ...group([]), fields: [wrong] }])).toBeNull()
    expect(read([{ ...group([column('a')]), maxRows: 101 }])).toBeNull()
    expect(read([{ ...table, rowLabels: [] }])).toBeNull()
    expect(read([{ ...group([]), fields: [{ ...column('a'), surprise: 1 }] }])).toBeNull()
  })

  it('keep the numbers of their columns, each group its own', () => {
    const first = numbered(formOf([group([column('a'), column('b')]), table]), [])
    const numbers = new Map(everyField(first).map(({ id, field }) => [id, field.number]))
    expect(new Set(numbers.values()).size).toBe(5)
    const next = numbered(
      formOf([table, group([column('b'), column('c'), column('a', { type: 'temperature' })])]),
      [first],
    )
    const after = new Map(everyField(next).map(({ id, field }) => [id, field.number]))
    for (const id of ['rows', 'rows/b', 'grid', 'grid/a']) expect(after.get(id)).toBe(numbers.get(id))
    expect([...numbers.values()]).not.toContain(after.get('rows/a'))
    expect([...numbers.values()]).not.toContain(after.get('rows/c'))
  })

  it('carry answers to a later version as a whole, or not at all', () => {
    const then = formOf([group([column('a')])])
    const answers = { rows: { rows: [{ a: 3 }, { a: 5 }] } }
    const kept = (field: Field) =>
      answersStillFitting(formOf([field]), then, answers, civilDate('2026-03-02'))
    expect(kept(group([column('a'), column('b')]))).toEqual(answers)
    expect(kept(group([column('a', { max: 4 })]))).toEqual({})
    expect(kept(group([column('a', { unit: 'kg' })]))).toEqual({})
    expect(kept(group([column('b')]))).toEqual({})
  })

  it('are sensitive as soon as one of their columns is', () => {
    expect(
      [group([column('a')]), group([column('a', { type: 'temperature' })])].map(isAlwaysSensitive),
    ).toEqual([false, true])
  })
})
