import { expect, it } from 'vitest'
import type { Field } from '../definition.ts'
import { usesOf } from './uses.ts'

const text = (words: string) => ({ 'zh-CN': words, en: '' })
const word = (id: string) => ({ id, number: 0, type: 'text', maxLength: 9, label: text(id) }) as const
const amount = { number: 0, type: 'number', min: 0, max: 9, decimals: 0 } as const

it('Z-37: what would lose its question is named, inside rows too; a row’s own question of the name hides the form’s', () => {
  const shown = { visibleWhen: { all: [{ field: 'n', atLeast: 1 }] } } as const
  const group = (id: string, columns: Extract<Field, { type: 'group' }>['fields']): Field => ({
    id,
    number: 0,
    type: 'group',
    label: text(id),
    rowLabel: text('{n}'),
    maxRows: 3,
    fields: columns,
  })
  const fields: Field[] = [
    { ...amount, id: 'n', label: text('n'), ...shown },
    { ...word('why'), ...shown },
    {
      id: 'sum',
      number: 0,
      type: 'computed',
      decimals: 0,
      label: text('sum'),
      expression: { add: [{ number: 1 }, { field: 'n' }] },
    },
    group('rows', [{ ...word('who'), ...shown }]),
    group('own', [
      { ...amount, id: 'n', label: text('own n') },
      { ...word('whose'), ...shown },
    ]),
    {
      ...word('plain'),
      visibleWhen: { field: 'why', answered: true },
      check: {
        when: {
          any: [
            { field: 'plain', is: 'x' },
            { field: 'n', atLeast: 1 },
          ],
        },
        message: text('no'),
      },
    },
  ]
  const rule = (when: { field: string; atLeast: number }) => ({
    id: when.field,
    number: 0,
    label: text(`rule ${when.field}`),
    when,
    abnormal: true,
  })
  const findings = [rule({ field: 'n', atLeast: 3 }), rule({ field: 'sum', atLeast: 3 })]
  const named = (id: string) =>
    usesOf({ fields, findings }, id).map((use) => `${use.kind} ${use.label['zh-CN']}`)
  expect(named('n')).toEqual(['condition why', 'sum sum', 'condition who', 'check plain', 'rule rule n'])
  expect(named('why')).toEqual(['condition plain'])
  expect(named('sum')).toEqual(['rule rule sum'])
  expect(named('plain')).toEqual([])
})
