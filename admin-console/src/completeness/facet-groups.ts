import type { AnswerValue } from '@kangbao/shared/forms/answers.ts'
import type { Field, FormDefinition } from '@kangbao/shared/forms/definition.ts'
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

/** Everything of a form that can be counted and drilled into, in the form's order. */
export function facetGroups(form: FormDefinition): FacetGroup[] {
  const findings = form.findings.map((rule) => ({
    facet: findingFacet(rule),
    label: rule.label,
    isAbnormal: rule.abnormal,
  }))
  const groups = form.fields.flatMap((field) => ofField(form, field))
  return findings.length > 0
    ? [{ id: 'findings', label: null, kind: 'finding', facets: findings }, ...groups]
    : groups
}

function ofField(form: FormDefinition, field: Field): FacetGroup[] {
  const { id, label } = field
  const warns = (value: AnswerValue) => isAbnormal(findingsOf(form, { [id]: value }))
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
  if (field.type !== 'rating') return []
  const facets = countedParts(field).map(({ code, label: score }) => ({
    facet: optionFacet(field, code),
    label: score,
    isAbnormal: warns(code),
  }))
  return [{ id, label, kind: 'one', facets }]
}
