import type { CivilDate } from '../calendar/civil-day.ts'
import type { Answers, AnswerValue } from './answers.ts'
import { holds } from './condition.ts'
import type { ChoiceField, FormDefinition } from './definition.ts'
import { visibleFields } from './visibility.ts'

/** A question that is asked afresh each time, and its only answer nobody has to look into. */
export interface UsualAnswer {
  readonly field: ChoiceField
  readonly option: ChoiceField['options'][number]
  readonly value: AnswerValue
}

/**
 * The required questions whose answers make a day abnormal, each with the one answer that does not: what a person may
 * confirm together, read out one by one (Z-34). A question with several harmless answers, or without any, is not among
 * them and has to be answered by itself; so is what was not asked as choices, such as the temperature.
 */
export function usualAnswers(form: FormDefinition, answers: Answers, today: CivilDate): UsualAnswer[] {
  const isWatched = (given: Answers) =>
    form.findings.some((rule) => rule.abnormal && holds(rule.when, given, today))
  return visibleFields(form, answers, today).flatMap((field) => {
    if (!('options' in field) || field.required !== true || field.carried === true) return []
    const valueOf = (option: string) => (field.type === 'multiple-choice' ? [option] : option)
    const harmless = field.options.filter(({ value }) => !isWatched({ [field.id]: valueOf(value) }))
    const [option] = harmless
    return harmless.length === 1 && option ? [{ field, option, value: valueOf(option.value) }] : []
  })
}
