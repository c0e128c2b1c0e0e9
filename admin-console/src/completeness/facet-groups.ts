import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Answers, OneAnswer } from '@kangbao/shared/forms/answers.ts'
import { everyField, type Field, type FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { countedParts, findingFacet, optionFacet, type Facet } from '@kangbao/shared/forms/facets.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'
import { findingsOf, isAbnormal } from '@kangbao/shared/rules/findings.ts'

export interface FacetGroup {
  readonly id: string
  /** Null for the findings, which belong to no field. */
  readonly label: LocalText | null
  readonly kind: 'one' | 'many' | 'band' | 'finding'
  readonly facets: readonly {
    readonly facet: Facet
    readonly label: LocalText
    /** Whether this answer alone makes a submission abnormal: it is drawn as a warning. */
    readonly isAbnormal: boolean
  }[]
}

/** Of an answer that is no date no rule asks how long ago it was. */
const anyDay = civilDate('2026-01-01')

/** Everything of a form that can be counted and drilled into, in the form's order. */
export function facetGroups(form: FormDefinition): FacetGroup[] {
  const findings = form.findings.map((rule) => ({
    facet: findingFacet(rule),
    label: rule.label,
    isAbnormal: rule.abnormal,
  }))
  const groups = everyField(form).flatMap(({ id, field }) => ofField(form, id, field))
  return findings.length > 0
    ? [{ id: 'findings', label: null, kind: 'finding', facets: findings }, ...groups]
    : groups
}

/** @param id of the field, or `group/column` for one asked in rows. */
function ofField(form: FormDefinition, id: string, field: Field): FacetGroup[] {
  const { label } = field
  const warns = (value: OneAnswer) => isAbnormal(findingsOf(form, alone(id, value), anyDay))
  if (field.type === 'single-choice' || field.type === 'multiple-choice') {
    const facets = field.options.map((option) => ({
      facet: optionFacet(field, option.code),
      label: option.label,
      isAbnormal: warns(option.value),
    }))
    return [{ id, label, kind: field.type === 'single-choice' ? 'one' : 'many', facets }]
  }
  if ('decimals' in field && field.bands) {
    const facets = field.bands.map((band) => ({
      facet: optionFacet(field, band.code),
      label: band.label,
      isAbnormal: warns(band.from ?? ('min' in field ? field.min : -Infinity)),
    }))
    return [{ id, label, kind: 'band', facets }]
  }
  // How many rows there are is nobody's illness.
  if (field.type !== 'rating' && field.type !== 'group') return []
  const facets = countedParts(field).map(({ code, label: score }) => ({
    facet: optionFacet(field, code),
    label: score,
    isAbnormal: field.type === 'rating' && warns(code),
  }))
  return facets.length === 0 ? [] : [{ id, label, kind: 'band', facets }]
}

/** Answers of which this is the only one. */
function alone(id: string, value: OneAnswer): Answers {
  const [group = id, column] = id.split('/')
  return column === undefined ? { [id]: value } : { [group]: { rows: [{ [column]: value }] } }
}
