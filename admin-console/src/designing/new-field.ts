import {
  isRowField,
  type Field,
  type FieldType,
  type Option,
  type RowField,
} from '@kangbao/shared/forms/definition.ts'
import { renamed } from '@kangbao/shared/forms/design/renamed.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'

export const noText: LocalText = { 'zh-CN': '', en: '' }

/** A name nobody else has, in this version or any before: what was thrown away must not come back as something else. */
export function newName(prefix: string): string {
  return `${prefix}-${crypto.randomUUID().slice(0, 8)}`
}

export function newOption(label: string): Option {
  return { value: newName('o'), code: 0, label: { 'zh-CN': label, en: '' } }
}

/** Texts of the screen's language. */
export type Words = (key: string, values?: Readonly<Record<string, string | number>>) => string
type Base = Pick<Field, 'id' | 'number' | 'label'>

/** What a field of each type starts as; a new type does not compile until it can be made here. */
const makers: Readonly<Record<FieldType, (base: Base, text: Words) => Field>> = {
  text: (base) => ({ ...base, type: 'text', maxLength: 100 }),
  'long-text': (base) => ({ ...base, type: 'long-text', maxLength: 500 }),
  number: (base) => ({ ...base, type: 'number', min: 0, max: 1000, decimals: 0 }),
  temperature: (base) => ({ ...base, type: 'temperature', min: 35, max: 42, decimals: 1, unit: '℃' }),
  'single-choice': (base, text) => ({ ...base, type: 'single-choice', options: firstOptions(text) }),
  'multiple-choice': (base, text) => ({ ...base, type: 'multiple-choice', options: firstOptions(text) }),
  date: (base) => ({ ...base, type: 'date' }),
  'date-time': (base) => ({ ...base, type: 'date-time' }),
  rating: (base) => ({ ...base, type: 'rating', max: 5 }),
  region: (base) => ({ ...base, type: 'region', withDetail: false, offersLocation: true }),
  place: (base) => ({ ...base, type: 'place', withAddress: true }),
  phone: (base) => ({ ...base, type: 'phone', prefill: 'phone' }),
  'id-number': (base) => ({ ...base, type: 'id-number' }),
  photo: (base) => ({ ...base, type: 'photo', most: 3 }),
  file: (base) => ({ ...base, type: 'file', most: 1 }),
  signature: (base) => ({ ...base, type: 'signature' }),
  computed: (base) => ({ ...base, type: 'computed', expression: { number: 0 }, decimals: 0 }),
  declaration: (base) => ({ ...base, type: 'declaration', text: noText }),
  profile: (base) => ({ ...base, type: 'profile', shows: ['name', 'department'] }),
  note: (base) => ({ ...base, type: 'note', text: noText }),
  section: (base) => ({ ...base, type: 'section' }),
  group: (base, text) => ({
    ...base,
    type: 'group',
    fields: [newColumn(text)],
    maxRows: 10,
    rowLabel: { 'zh-CN': text('design.row-label', { n: '{n}' }), en: '' },
  }),
  table: (base, text) => ({
    ...base,
    type: 'table',
    fields: [newColumn(text)],
    rowLabels: [1, 2].map((n) => ({ 'zh-CN': text('design.row-first', { n }), en: '' })),
  }),
}

/** A question of a group or table to begin with. */
export function newColumn(text: Words): RowField {
  return {
    id: newName('q'),
    number: 0,
    label: { 'zh-CN': text('design.column'), en: '' },
    type: 'text',
    maxLength: 100,
  }
}

const firstOptions = (text: Words) => [
  newOption(text('design.option-yes')),
  newOption(text('design.option-no')),
]

/** The types a form may be made of, in the order of the palette. */
export const fieldTypes = Object.keys(makers) as readonly FieldType[] // its own keys

/** A field to begin with, under the name of its type. */
export function newField(type: FieldType, label: LocalText, text: Words): Field {
  return makers[type]({ id: newName('q'), number: 0, label }, text)
}

/** The same question once more, under a name of its own. */
export function copyOfField(field: Field): Field {
  const id = newName('q')
  if (!field.check) return { ...field, id }
  return { ...field, id, check: { ...field.check, when: renamed(field.check.when, field.id, id) } }
}

/** Likewise of a question in a row. */
export function copyOfColumn(column: RowField): RowField {
  const made = copyOfField(column)
  return isRowField(made) ? made : column
}

/** Lines as they come from a spreadsheet: the first column, without blanks and repeats. */
export function pastedLabels(text: string): string[] {
  const labels = text.split(/\r?\n/).map((line) => (line.split('\t')[0] ?? '').trim())
  return [...new Set(labels)].filter((label) => label !== '')
}
