import type { Field, FieldType } from '../definition.ts'
import type { XlsFormReason } from './report.ts'

/** The columns of the survey sheet, in the order they are written; ours come after them. */
export const surveyColumns = [
  'type',
  'name',
  'label::zh',
  'label::en',
  'hint::zh',
  'hint::en',
  'required',
  'relevant',
  'constraint',
  'constraint_message::zh',
  'constraint_message::en',
  'calculation',
  'appearance',
  'parameters',
  'repeat_count',
] as const
export const choicesColumns = ['list_name', 'name', 'label::zh', 'label::en'] as const
export const settingsColumns = ['form_title', 'form_id', 'version', 'default_language'] as const

/** What other software shows each type of field as. */
export function wordOf(field: Field): string {
  switch (field.type) {
    case 'number':
      return field.decimals === 0 ? 'integer' : 'decimal'
    case 'single-choice':
      return `select_one ${field.id}`
    case 'multiple-choice':
      return `select_multiple ${field.id}`
    default:
      return words[field.type]
  }
}

const words: Readonly<Record<Exclude<FieldType, 'number' | 'single-choice' | 'multiple-choice'>, string>> = {
  profile: 'note',
  text: 'text',
  'long-text': 'text',
  temperature: 'decimal',
  date: 'date',
  'date-time': 'dateTime',
  rating: 'range',
  region: 'text',
  place: 'geopoint',
  computed: 'calculate',
  phone: 'text',
  'id-number': 'text',
  photo: 'image',
  file: 'file',
  signature: 'image',
  declaration: 'acknowledge',
  note: 'note',
  section: 'begin_group',
  group: 'begin_repeat',
  table: 'begin_repeat',
}

export const appearances: Readonly<Partial<Record<FieldType, string>>> = {
  'long-text': 'multiline',
  rating: 'rating',
  signature: 'signature',
}

/** The type a row of the survey sheet has here, by its word and its appearance; undefined when there is none. */
export function typeOf(word: string, appearance: readonly string[]): FieldType | undefined {
  if (word === 'text' && appearance.includes('multiline')) return 'long-text'
  if (word === 'image' && ['signature', 'draw', 'annotate'].some((each) => appearance.includes(each)))
    return appearance.includes('signature') ? 'signature' : 'photo'
  if (word === 'range') return appearance.includes('rating') ? 'rating' : 'number'
  return typesByWord.get(word)
}

const typesByWord: ReadonlyMap<string, FieldType> = new Map([
  ['text', 'text'],
  ['string', 'text'],
  ['integer', 'number'],
  ['int', 'number'],
  ['decimal', 'number'],
  ['select_one', 'single-choice'],
  ['select_multiple', 'multiple-choice'],
  ['date', 'date'],
  ['datetime', 'date-time'],
  ['geopoint', 'place'],
  ['location', 'place'],
  ['calculate', 'computed'],
  ['image', 'photo'],
  ['photo', 'photo'],
  ['file', 'file'],
  ['acknowledge', 'declaration'],
  ['trigger', 'declaration'],
  ['note', 'note'],
  ['begin_group', 'section'],
  ['begin_repeat', 'group'],
])

/** Whether a row with this word may say that it is of that type. */
export function isWordOf(word: string, type: FieldType): boolean {
  if (type === 'number') return word === 'integer' || word === 'decimal'
  if (type === 'single-choice' || type === 'multiple-choice') return false
  return words[type].toLowerCase() === word
}

/** Types that show as text in other software, and mean more here. */
export const plainElsewhere: ReadonlySet<FieldType> = new Set(['region', 'phone', 'id-number', 'profile'])

/** What is said of a field in the column of our own, there being no other for it. */
export const ownKeys: Readonly<Record<FieldType, readonly string[]>> = {
  profile: ['shows'],
  text: ['prefill', 'carried'],
  'long-text': ['prefill', 'carried'],
  number: ['decimals', 'unit', 'bands', 'carried'],
  temperature: ['decimals', 'unit', 'bands', 'carried'],
  'single-choice': ['carried'],
  'multiple-choice': ['carried'],
  date: ['carried'],
  'date-time': ['carried'],
  rating: ['ends', 'carried'],
  region: ['withDetail', 'offersLocation', 'within', 'carried'],
  place: ['withAddress', 'carried'],
  computed: ['unit', 'bands'],
  phone: ['prefill', 'carried'],
  'id-number': ['carried'],
  photo: ['most'],
  file: ['most'],
  signature: [],
  declaration: ['hint', 'carried'],
  note: ['hint'],
  section: ['hint'],
  group: ['minRows', 'maxRows', 'rowLabel', 'bands', 'carried'],
  table: ['rowLabels', 'carried'],
}

/** Columns that are told row by row, since nothing corresponds to what they say. */
export const notCarried = {
  default: 'default.none',
  choice_filter: 'choices.filter',
  required_message: 'message.own',
} as const satisfies Record<string, XlsFormReason>

/** What the system writes down anyway. */
export const recordedAnyway: ReadonlySet<string> = new Set([
  'start',
  'end',
  'today',
  'deviceid',
  'phonenumber',
  'username',
  'email',
  'simserial',
  'subscriberid',
  'audit',
])
export const asText: ReadonlySet<string> = new Set(['time', 'barcode'])
