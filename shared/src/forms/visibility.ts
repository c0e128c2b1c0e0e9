import { answerOf, type Answers, type AnswerValue } from './answers.ts'
import { holds } from './condition.ts'
import { holdsAnswer, type Field, type FormDefinition } from './definition.ts'

/**
 * The fields a person sees with these answers, in order. A field hidden by another hidden field's answer is hidden
 * too: an answer counts only while its own field is visible.
 */
export function visibleFields(form: FormDefinition, answers: Answers): Field[] {
  const counted: Record<string, AnswerValue> = {}
  return form.fields.filter((field) => {
    const visible = !field.visibleWhen || holds(field.visibleWhen, counted)
    const value = answerOf(answers, field.id)
    if (visible && holdsAnswer(field) && value !== undefined) counted[field.id] = value
    return visible
  })
}
