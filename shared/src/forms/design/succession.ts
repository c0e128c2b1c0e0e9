import type { CivilDate } from '../../calendar/civil-day.ts'
import { answerOf, type Answers, type AnswerValue } from '../answers.ts'
import { holdsAnswer, type FormDefinition } from '../definition.ts'
import { validateAnswers } from '../validation.ts'
import { isSameQuestion } from './numbering.ts'

/**
 * What of answers given to one version of a form still answers another: questions that mean the same, with answers that
 * still fit. The rest is asked afresh; the answers themselves stay as they are, under the version they were given to.
 * @param today civil day of filing in the org's zone.
 */
export function answersStillFitting(
  now: FormDefinition,
  then: FormDefinition,
  answers: Answers,
  today: CivilDate,
): Answers {
  if (now === then) return answers
  let kept: Record<string, AnswerValue> = {}
  for (const field of now.fields) {
    const before = then.fields.find(({ id }) => id === field.id)
    const value = answerOf(answers, field.id)
    if (before && value !== undefined && holdsAnswer(field) && isSameQuestion(field, before))
      kept[field.id] = value
  }
  // Taking one away may show what another hid, and that may not fit either.
  for (;;) {
    const checked = validateAnswers(now, kept, today)
    const unfit = checked.ok ? [] : checked.problems.filter(({ field }) => Object.hasOwn(kept, field))
    if (unfit.length === 0) return kept
    const isUnfit = new Set(unfit.map(({ field }) => field))
    kept = Object.fromEntries(Object.entries(kept).filter(([id]) => !isUnfit.has(id)))
  }
}
