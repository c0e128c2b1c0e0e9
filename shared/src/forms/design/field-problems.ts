import type { LocalText } from '../../locale.ts'
import type { Band, ChoiceField, Field } from '../definition.ts'
import { mostCode, mostNumber } from '../facets.ts'
import type { ConditionReason } from './condition-problems.ts'
import { designLimits } from './content.ts'

export type DefinitionReason =
  | ConditionReason
  | `expression.${'not-before' | 'not-a-number' | 'no-rows' | 'too-deep'}`
  | `check.${'asks-nothing' | 'no-message' | 'message-too-long'}`
  | 'title.missing'
  | 'title.too-long'
  | 'purpose.missing'
  | 'fields.none'
  | 'fields.too-many'
  | 'field.asks-nothing'
  | 'id.unsafe'
  | 'id.twice'
  | 'number.outside'
  | 'number.twice'
  | 'label.missing'
  | 'label.too-long'
  | 'text.missing'
  | 'options.none'
  | 'options.too-many'
  | 'option.unsafe'
  | 'option.twice'
  | 'option.same-label'
  | 'exclusive.misplaced'
  | 'limits.reversed'
  | 'bands.empty'
  | 'bands.overlap'
  | 'code.outside'
  | 'code.twice'
  | 'alerts.nobody'
  | 'alerts.unknown-person'
  | 'alerts.words-too-long'

/** What is wrong, before it is said where. */
export interface Found {
  readonly reason: DefinitionReason
  /** What it is about: an option, a field that is named. */
  readonly names?: string
}

export const isSafeValue = (value: string) =>
  /^[A-Za-z0-9_.-]{1,64}$/.test(value) && !(value in Object.prototype)

const isFrom1 = (n: number, most: number) => Number.isInteger(n) && n >= 1 && n <= most
export const isFacetNumber = (n: number) => isFrom1(n, mostNumber)
export const isBlank = (text: LocalText) => text['zh-CN'].trim() === ''
export const isLong = (text: LocalText) =>
  Math.max(text['zh-CN'].length, text.en.length) > designLimits.labelLength

function repeated<T>(values: readonly T[]): T[] {
  const seen = new Set<T>()
  const again = new Set<T>()
  for (const value of values) (seen.has(value) ? again : seen).add(value)
  return [...again]
}

export function when(isWrong: boolean, reason: DefinitionReason): Found[] {
  return isWrong ? [{ reason }] : []
}

/** What is wrong with what a field has of its own. */
export function typeProblems(field: Field): Found[] {
  switch (field.type) {
    case 'single-choice':
    case 'multiple-choice':
      return ofOptions(field)
    case 'number':
    case 'temperature':
      return [...when(field.min > field.max, 'limits.reversed'), ...ofBands(field.bands ?? [])]
    case 'computed':
      return ofBands(field.bands ?? [])
    case 'date':
    case 'date-time':
      return when(
        field.min !== undefined &&
          field.max !== undefined &&
          field.min.daysFromToday > field.max.daysFromToday,
        'limits.reversed',
      )
    case 'declaration':
    case 'note':
      return when(isBlank(field.text), 'text.missing')
    case 'rating':
      return when(
        field.ends !== undefined && (isBlank(field.ends.lowest) || isBlank(field.ends.highest)),
        'text.missing',
      )
    case 'group':
      return [
        ...when((field.minRows ?? 0) > field.maxRows, 'limits.reversed'),
        ...when(field.fields.length === 0, 'fields.none'),
        ...when(isBlank(field.rowLabel), 'text.missing'),
        ...ofBands(field.bands ?? []),
      ]
    case 'table':
      return [
        ...when(field.fields.length === 0 || field.rowLabels.length === 0, 'fields.none'),
        ...when(field.rowLabels.some(isBlank), 'text.missing'),
        ...when(field.rowLabels.some(isLong), 'label.too-long'),
      ]
    case 'text':
    case 'long-text':
    case 'section':
    case 'region':
    case 'place':
    case 'phone':
    case 'photo':
    case 'file':
    case 'signature':
    case 'id-number':
    case 'profile':
      return []
  }
}

function ofOptions({ type, options }: ChoiceField): Found[] {
  const exclusive = options.filter((option) => option.exclusive)
  return [
    ...when(options.length === 0, 'options.none'),
    ...options
      .filter(({ value }) => !isSafeValue(value))
      .map(({ value }): Found => ({ reason: 'option.unsafe', names: value })),
    ...repeated(options.map(({ value }) => value)).map((names): Found => ({ reason: 'option.twice', names })),
    ...when(
      options.some(({ label }) => isBlank(label)),
      'text.missing',
    ),
    ...when(
      options.some(({ label }) => isLong(label)),
      'label.too-long',
    ),
    ...repeated(options.map(({ label }) => label['zh-CN'].trim()).filter((label) => label !== '')).map(
      (names): Found => ({ reason: 'option.same-label', names }),
    ),
    ...when(
      exclusive.length > 0 && (type === 'single-choice' || exclusive.length === options.length),
      'exclusive.misplaced',
    ),
    ...ofCodes(options),
  ]
}

function ofCodes(parts: readonly { readonly code: number }[]): Found[] {
  return [
    ...when(
      parts.some(({ code }) => !isFrom1(code, mostCode)),
      'code.outside',
    ),
    ...when(repeated(parts.map(({ code }) => code)).length > 0, 'code.twice'),
  ]
}

/** What is wrong with the bounds and names of bands, their codes aside: those are given when a form is numbered. */
export function bandProblems(bands: readonly Band[]): Found[] {
  const ends = bands
    .map(({ from = -Infinity, below = Infinity }) => ({ from, below }))
    .sort((a, b) => a.from - b.from || a.below - b.below)
  return [
    ...when(
      ends.some(({ from, below }) => from >= below),
      'bands.empty',
    ),
    ...when(
      ends.some(({ from }, i) => {
        const before = ends[i - 1]
        return before !== undefined && from < before.below
      }),
      'bands.overlap',
    ),
    ...when(
      bands.some(({ label }) => isBlank(label)),
      'text.missing',
    ),
  ]
}

const ofBands = (bands: readonly Band[]): Found[] => [...bandProblems(bands), ...ofCodes(bands)]
