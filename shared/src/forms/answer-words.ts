import type { Locale } from '../locale.ts'
import {
  answerOf,
  filesText,
  isFilesAnswer,
  isPlaceAnswer,
  isRegionAnswer,
  isRowsAnswer,
  placeText,
  type AnswerValue,
  type RowsAnswer,
} from './answers.ts'
import type { ChoiceField, Field, RowField, RowsField } from './definition.ts'

export interface Words {
  readonly locale: Locale
  /** Name of a GB/T 2260 code; the list is heavy, so whoever has none gives the code back. */
  readonly region: (code: string) => string
}

/**
 * A GB/T 2260 code as province, city and county; the code itself where no level has a name.
 * @param nameOf Name of one level, by its six-digit code.
 */
export function regionInWords(code: string, nameOf: (code: string) => string | undefined): string {
  const levels = new Set([`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`, code.slice(0, 6), code])
  return [...levels].flatMap((level) => nameOf(level) ?? []).join(' ') || code
}

const texts = {
  'zh-CN': { yes: '是', list: '、', cell: '：', cells: '；' },
  en: { yes: 'Yes', list: ', ', cell: ': ', cells: '; ' },
} as const

/**
 * An answer as a person reads it, the same on every screen and in every file; empty when the field was left open. Rows
 * are lines: where there is room for a table, see `rowsInWords`.
 */
export function answerInWords(field: Field, value: AnswerValue | undefined, words: Words): string {
  if (value === undefined) return ''
  switch (field.type) {
    case 'text':
    case 'long-text':
    case 'date':
    case 'phone':
    case 'id-number':
      return typeof value === 'string' ? value : ''
    case 'date-time':
      return typeof value === 'string' ? value.replace('T', ' ') : ''
    case 'number':
    case 'temperature':
    case 'computed':
      return typeof value === 'number' ? numberInWords(value, field) : ''
    case 'rating':
      return typeof value === 'number' ? `${value} / ${field.max}` : ''
    case 'single-choice':
    case 'multiple-choice':
      return chosenInWords(field, value, words)
    case 'region':
      return isRegionAnswer(value) ? [words.region(value.code), value.detail].filter(Boolean).join(' ') : ''
    case 'place':
      return isPlaceAnswer(value) ? placeText(value) : ''
    case 'declaration':
      return value === true ? texts[words.locale].yes : ''
    case 'photo':
    case 'file':
    case 'signature':
      return isFilesAnswer(value) ? filesText(value) : ''
    case 'group':
    case 'table':
      return isRowsAnswer(value) ? linesOf(field, value, words) : ''
    case 'note':
    case 'section':
    case 'profile':
      return ''
  }
}

function numberInWords(value: number, { decimals, unit }: { decimals: number; unit?: string }): string {
  return `${value.toFixed(decimals)}${unit ? ` ${unit}` : ''}`
}

function chosenInWords({ options }: ChoiceField, value: AnswerValue, { locale }: Words): string {
  const chosen = Array.isArray(value) ? value : [value]
  const labels = options.filter((option) => chosen.includes(option.value)).map(({ label }) => label[locale])
  return labels.join(texts[locale].list)
}

export interface RowInWords {
  /** What the row is called: "行程 2", or the label of the table's row. */
  readonly label: string
  readonly cells: readonly { readonly column: RowField; readonly text: string }[]
}

/** The rows of a group or table with every column, those left open empty. */
export function rowsInWords(field: RowsField, value: AnswerValue | undefined, words: Words): RowInWords[] {
  const rows = isRowsAnswer(value) ? value.rows : []
  return rows.map((row, i) => ({
    label: rowLabel(field, i, words.locale),
    cells: field.fields.map((column) => ({
      column,
      text: answerInWords(column, answerOf(row, column.id), words),
    })),
  }))
}

/** What a row is called, by its index. */
export function rowLabel(field: RowsField, row: number, locale: Locale): string {
  return field.type === 'group'
    ? field.rowLabel[locale].replace('{n}', String(row + 1))
    : (field.rowLabels[row]?.[locale] ?? String(row + 1))
}

function linesOf(field: RowsField, value: RowsAnswer, words: Words): string {
  const { cell, cells: between } = texts[words.locale]
  return rowsInWords(field, value, words)
    .map(({ label, cells }) => {
      const said = cells.filter(({ text }) => text !== '')
      const line = said.map(({ column, text }) => `${column.label[words.locale]} ${text}`).join(between)
      return `${label}${cell}${line}`
    })
    .join('\n')
}
