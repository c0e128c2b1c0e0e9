import { answerOf, tidied, type Answers, type AnswerValue } from './answers.ts'
import { computedAnswer } from './computed.ts'
import { holds } from './condition.ts'
import { holdsAnswer, type Field, type FormDefinition } from './definition.ts'

export interface Shown {
  readonly fields: readonly Field[]
  /** The answers that count: those of the fields shown, and what is computed from them. */
  readonly answers: Answers
}

/**
 * What a person sees with these answers, in order. A field hidden by another hidden field's answer is hidden too: an
 * answer counts only while its own field is visible, and as it will be kept.
 */
export function shownWith(form: FormDefinition, given: Answers): Shown {
  const answers: Record<string, AnswerValue> = {}
  const fields = form.fields.filter((field) => {
    if (field.visibleWhen && !holds(field.visibleWhen, answers)) return false
    if (!holdsAnswer(field)) return true
    const value =
      field.type === 'computed' ? computedAnswer(field, answers) : tidied(answerOf(given, field.id))
    if (value !== undefined) answers[field.id] = value
    return true
  })
  return { fields, answers }
}

/** The fields a person sees with these answers, in order. */
export function visibleFields(form: FormDefinition, answers: Answers): readonly Field[] {
  return shownWith(form, answers).fields
}
