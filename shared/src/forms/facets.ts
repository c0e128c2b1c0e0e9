import { answerOf, isRowsAnswer, type Answers } from './answers.ts'
import type { LocalText } from '../locale.ts'
import {
  hasRows,
  type Band,
  type Field,
  type FindingRule,
  type FormDefinition,
  type RatingField,
} from './definition.ts'

/**
 * Facets are what may be counted while answers stay sealed: small integers whose meaning only the form version knows.
 * A choice or band gives `field number × 1000 + code`; a finding gives `1 000 000 + finding number`. Codes from 1000 on,
 * which long lists need, have a range of their own behind those: `2 000 000 + field number × 10 000 + code` (ADR 65).
 */
export type Facet = number

const findingBase = 1_000_000
const wideBase = 2_000_000
/** The highest number of a field or finding, and the highest code of an option or band. */
export const mostNumber = 999
export const mostCode = 9_999
/** The highest there is. */
export const mostFacet: Facet = wideBase + mostNumber * 10_000 + mostCode

export function optionFacet({ number }: Pick<Field, 'number'>, code: number): Facet {
  return code < 1000 ? number * 1000 + code : wideBase + number * 10_000 + code
}

export function findingFacet(rule: Pick<FindingRule, 'number'>): Facet {
  return findingBase + rule.number
}

/** Ids of the rules a submission met, in the form's order: they are read off its facets, nothing has to be opened. */
export function findingIds(form: FormDefinition, facets: readonly Facet[]): string[] {
  return form.findings.filter((rule) => facets.includes(findingFacet(rule))).map(({ id }) => id)
}

/** What can be counted of a field, those nobody chose included: its options, its bands, its scores. */
export function countedParts(field: Field): readonly { readonly code: number; readonly label: LocalText }[] {
  switch (field.type) {
    case 'single-choice':
    case 'multiple-choice':
      return field.options
    case 'number':
    case 'temperature':
    case 'computed':
    case 'group':
      return field.bands ?? []
    case 'rating':
      return scoresOf(field).map((code) => ({ code, label: { 'zh-CN': `${code} 分`, en: `${code}` } }))
    case 'text':
    case 'long-text':
    case 'date':
    case 'date-time':
    case 'region':
    case 'place':
    case 'phone':
    case 'id-number':
    case 'photo':
    case 'file':
    case 'signature':
    case 'declaration':
    case 'note':
    case 'section':
    case 'table':
    case 'profile':
      return []
  }
}

/** The scores of a rating, the lowest first. */
export function scoresOf({ max }: Pick<RatingField, 'max'>): number[] {
  return Array.from({ length: max }, (_, i) => i + 1)
}

/**
 * The countable part of one submission, ascending and without repeats: what stands in several rows counts once, since
 * totals are numbers of people. How many rows there are is counted by the bands of the group.
 */
export function facetsOf(form: FormDefinition, answers: Answers, findings: readonly FindingRule[]): Facet[] {
  const facets = new Set(findings.map(findingFacet))
  for (const field of form.fields) {
    const value = answerOf(answers, field.id)
    for (const code of codesOf(field, value)) facets.add(optionFacet(field, code))
    if (!hasRows(field) || !isRowsAnswer(value)) continue
    for (const column of field.fields)
      for (const row of value.rows)
        for (const code of codesOf(column, answerOf(row, column.id))) facets.add(optionFacet(column, code))
  }
  return [...facets].sort((a, b) => a - b)
}

function codesOf(field: Field, value: Answers[string] | undefined): number[] {
  if (value === undefined) return []
  if (field.type === 'single-choice' || field.type === 'multiple-choice') {
    const chosen = Array.isArray(value) ? value : [value]
    return field.options.filter((option) => chosen.includes(option.value)).map((option) => option.code)
  }
  if ('decimals' in field && typeof value === 'number') return bandsOf(field.bands, value)
  if (field.type === 'group' && isRowsAnswer(value)) return bandsOf(field.bands, value.rows.length)
  return field.type === 'rating' && typeof value === 'number' ? [value] : []
}

function bandsOf(bands: readonly Band[] = [], value: number): number[] {
  const band = bands.find(
    ({ from, below }) => (from === undefined || value >= from) && (below === undefined || value < below),
  )
  return band ? [band.code] : []
}
