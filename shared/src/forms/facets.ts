import { answerOf, type Answers } from './answers.ts'
import type { LocalText } from '../locale.ts'
import type { Field, FindingRule, FormDefinition, RatingField } from './definition.ts'

/**
 * Facets are what may be counted while answers stay sealed: small integers whose meaning only the form version knows.
 * A choice or band gives `field number × 1000 + code`; a finding gives `1 000 000 + finding number`.
 */
export type Facet = number

const findingBase = 1_000_000

export function optionFacet(field: Pick<Field, 'number'>, code: number): Facet {
  return field.number * 1000 + code
}

export function findingFacet(rule: Pick<FindingRule, 'number'>): Facet {
  return findingBase + rule.number
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
    case 'declaration':
    case 'note':
    case 'profile':
      return []
  }
}

/** The scores of a rating, the lowest first. */
export function scoresOf({ max }: Pick<RatingField, 'max'>): number[] {
  return Array.from({ length: max }, (_, i) => i + 1)
}

/** The countable part of one submission, ascending and without repeats. */
export function facetsOf(form: FormDefinition, answers: Answers, findings: readonly FindingRule[]): Facet[] {
  const facets = new Set(findings.map(findingFacet))
  for (const field of form.fields) {
    for (const code of codesOf(field, answerOf(answers, field.id))) facets.add(optionFacet(field, code))
  }
  return [...facets].sort((a, b) => a - b)
}

function codesOf(field: Field, value: Answers[string] | undefined): number[] {
  if (value === undefined) return []
  if (field.type === 'single-choice' || field.type === 'multiple-choice') {
    const chosen = Array.isArray(value) ? value : [value]
    return field.options.filter((option) => chosen.includes(option.value)).map((option) => option.code)
  }
  if ('decimals' in field && typeof value === 'number') {
    const band = field.bands?.find(
      ({ from, below }) => (from === undefined || value >= from) && (below === undefined || value < below),
    )
    return band ? [band.code] : []
  }
  return field.type === 'rating' && typeof value === 'number' ? [value] : []
}
