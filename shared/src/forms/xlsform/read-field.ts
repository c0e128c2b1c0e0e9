import { rowLimits } from '../answers.ts'
import type { Field, FieldType } from '../definition.ts'
import { isField } from '../design/content-schema.ts'
import { designLimits } from '../design/content.ts'
import type { ChoiceList } from './choices.ts'
import { readConstraint, type Limits } from './constraints.ts'
import { ownParts, type OwnColumn } from './own-column.ts'
import { XlsFormFault, type XlsFormItem, type XlsFormReason } from './report.ts'
import type { Line } from './tables.ts'

export type Tell = (item: XlsFormItem) => void

/** A row of the survey sheet that becomes a field. */
export interface FieldLine {
  readonly line: Line
  readonly id: string
  readonly type: FieldType
  readonly word: string
  readonly own: OwnColumn
  readonly choices: ChoiceList | undefined
}

/** Says something of a cell of this row. */
export function telling({ no }: Line, tell: Tell) {
  return (column: string, outcome: XlsFormItem['outcome'], reason: XlsFormReason, detail?: string) =>
    tell({ sheet: 'survey', row: no, column, outcome, reason, ...(detail === undefined ? {} : { detail }) })
}

/** The field of a row, without its conditions and its calculation; null when it cannot be one. */
export function readField(given: FieldLine, tell: Tell): Field | null {
  const { line, own, type } = given
  const say = telling(line, tell)
  const standard = { ...baseOf(given, tell), ...partsOf(given, limitsOf(given, tell), tell) }
  const full = { ...standard, ...ownParts(own, type) }
  if (isField(full)) return full
  const isOwnWrong = isField(standard)
  say(isOwnWrong ? 'kangbao' : '', 'left-out', isOwnWrong ? 'kangbao.unread' : 'field.unfit')
  return isOwnWrong ? standard : null
}

function baseOf({ line, id, type }: FieldLine, tell: Tell) {
  const say = telling(line, tell)
  const named = line.text('label')
  const isNamed = named['zh-CN'] !== ''
  if (!isNamed) say('label', 'changed', 'label.missing')
  const label = isNamed ? named : { 'zh-CN': id, en: '' }
  const hint = line.text('hint')
  const hasHint = hint['zh-CN'] !== ''
  const base = { id, number: 0, type, label }
  // What these have to say stands in the hint; without one the label says it.
  if (type === 'declaration' || type === 'note')
    return { ...base, text: hasHint ? hint : label, ...requiredOf(line, type, tell) }
  if (type === 'section') return hasHint ? { ...base, text: hint } : base
  return { ...base, ...(hasHint ? { hint } : {}), ...requiredOf(line, type, tell) }
}

function requiredOf(line: Line, type: FieldType, tell: Tell): { readonly required?: true } {
  const cell = line.get('required').toLowerCase()
  if (/^(|no|false|false\(\)|0)$/.test(cell)) return {}
  const isPlain = /^(yes|true|true\(\)|1)$/.test(cell)
  if (!isPlain) telling(line, tell)('required', 'left-out', 'value.unread', cell)
  const isAsked = type !== 'computed' && type !== 'note' && type !== 'profile'
  return isPlain && isAsked ? { required: true } : {}
}

/** Decimals a number of the workbook has: what the column of our own says, else two. */
export function decimalsOf(word: string, own: OwnColumn): number {
  if (word === 'integer' || word === 'int') return 0
  const decimals = Number(own['decimals'] ?? 2)
  return decimals >= 0 && decimals <= designLimits.decimals ? decimals : 2
}

function limitsOf({ line, own, word, type }: FieldLine, tell: Tell): Limits {
  const source = line.get('constraint')
  try {
    return readConstraint(source, type, decimalsOf(word, own)).limits
  } catch (error) {
    if (!(error instanceof XlsFormFault)) throw error
    telling(line, tell)('constraint', 'left-out', 'constraint.unknown', error.detail || source)
    return {}
  }
}

function partsOf(given: FieldLine, limits: Limits, tell: Tell): object {
  const { line, type, word, choices } = given
  switch (type) {
    case 'text':
    case 'long-text':
      return { maxLength: limits.maxLength ?? designLimits.answerLength }
    case 'number':
    case 'temperature':
      return amountOf(word, limits, line, tell)
    case 'single-choice':
    case 'multiple-choice': {
      const excluding = new Set((limits.exclusive ?? []).map((value) => choices?.valueOf(value)))
      const options = (choices?.options ?? []).map((option) =>
        excluding.has(option.value) ? { ...option, exclusive: true } : option,
      )
      return { options }
    }
    case 'date':
    case 'date-time':
      return {
        ...(limits.earliest ? { min: limits.earliest } : {}),
        ...(limits.latest ? { max: limits.latest } : {}),
      }
    case 'rating':
      return { max: ratingOf(line, tell) }
    case 'region':
      return { withDetail: false, offersLocation: true }
    case 'place':
      return { withAddress: true }
    case 'computed':
      return { expression: { number: 0 }, decimals: 2 }
    case 'photo':
    case 'file':
      return { most: 1 }
    case 'profile':
      return { shows: ['name', 'department'] }
    case 'group':
      return {
        fields: [placeholder],
        ...rowsOf(line, tell),
        rowLabel: { 'zh-CN': '第 {n} 项', en: 'No. {n}' },
      }
    case 'table':
      return { fields: [placeholder], rowLabels: [{ 'zh-CN': '1', en: '' }] }
    case 'phone':
    case 'id-number':
    case 'signature':
    case 'declaration':
    case 'note':
    case 'section':
      return {}
  }
}

/** Until the columns are read. */
const placeholder = { id: 'column', number: 0, type: 'text', label: { 'zh-CN': '', en: '' }, maxLength: 1 }

function amountOf(word: string, limits: Limits, line: Line, tell: Tell): object {
  const { number } = designLimits
  if (word === 'range') {
    const { start, end, step } = rangeOf(line, tell)
    const decimals = Math.min(designLimits.decimals, (String(step).split('.')[1] ?? '').length)
    return { min: Math.min(start, end), max: Math.max(start, end), decimals }
  }
  const decimals = word === 'integer' || word === 'int' ? 0 : 2
  return { min: limits.min ?? -number, max: limits.max ?? number, decimals }
}

function rangeOf(line: Line, tell: Tell): { start: number; end: number; step: number } {
  const given = new Map(
    line
      .get('parameters')
      .split(/[\s;,]+/)
      .filter((part) => part !== '')
      .map((part) => part.split('='))
      .map(([name = '', value = '']) => [name, value] as const),
  )
  const read = (name: string, otherwise: number) => {
    const value = Number(given.get(name) ?? otherwise)
    if (Number.isFinite(value)) return value
    telling(line, tell)('parameters', 'left-out', 'value.unread', given.get(name))
    return otherwise
  }
  return { start: read('start', 1), end: read('end', 10), step: read('step', 1) }
}

/** Scores begin with 1 and go up by 1. */
function ratingOf(line: Line, tell: Tell): number {
  const { start, end, step } = rangeOf(line, tell)
  const most = Math.min(10, Math.max(2, Math.round(end)))
  if (start !== 1 || step !== 1 || most !== end)
    telling(line, tell)('parameters', 'changed', 'value.unread', line.get('parameters'))
  return most
}

function rowsOf(line: Line, tell: Tell): { readonly maxRows: number } {
  const cell = line.get('repeat_count')
  if (cell === '') return { maxRows: rowLimits.rows }
  const count = Number(cell)
  telling(line, tell)('repeat_count', 'changed', 'repeat.count')
  return { maxRows: Number.isInteger(count) && count >= 1 ? Math.min(count, rowLimits.rows) : rowLimits.rows }
}
