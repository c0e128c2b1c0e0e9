import { everyField, type FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { countedParts, findingFacet, optionFacet, type Facet } from '@kangbao/shared/forms/facets.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'

export interface CountableQuestion {
  readonly id: string
  readonly label: LocalText
  /** Whether a person counts in one choice at most: not where several may be chosen, nor in rows. */
  readonly isOneEach: boolean
  readonly choices: readonly { readonly facet: Facet; readonly label: LocalText }[]
}

/** Every question of a form that can be counted, with what each facet means. */
export function countableQuestions(form: FormDefinition): CountableQuestion[] {
  return everyField(form).flatMap(({ id, field }) => {
    const choices = countedParts(field).map(({ code, label }) => ({ facet: optionFacet(field, code), label }))
    const isOneEach = field.type !== 'multiple-choice' && !id.includes('/')
    return choices.length > 0 ? [{ id, label: field.label, isOneEach, choices }] : []
  })
}

/** What a facet of an address means: question and answer; null when the form has no such facet. */
export function facetLabel(form: FormDefinition, facet: Facet): LocalText | null {
  const finding = form.findings.find((rule) => findingFacet(rule) === facet)
  if (finding) return finding.label
  for (const { choices } of countableQuestions(form)) {
    const choice = choices.find((one) => one.facet === facet)
    if (choice) return choice.label
  }
  return null
}
