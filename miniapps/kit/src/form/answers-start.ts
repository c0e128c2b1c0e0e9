import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Answers, AnswerValue } from '@kangbao/shared/forms/answers.ts'
import { holdsAnswer, type Field, type FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { visibleFields } from '@kangbao/shared/forms/visibility.ts'

export interface Profile {
  readonly name: string
  readonly department: string
  /** Absent where it is nobody's to read: whether there is one is not said then. */
  readonly phone?: string | null
}

function prefilled(field: Field, profile: Profile, today: string): AnswerValue | undefined {
  if (field.type === 'text' || field.type === 'long-text')
    return field.prefill ? profile[field.prefill] || undefined : undefined
  if (field.type === 'phone') return field.prefill ? (profile.phone ?? undefined) : undefined
  const isOnlyToday =
    field.type === 'date' && field.min?.daysFromToday === 0 && field.max?.daysFromToday === 0
  return isOnlyToday ? today : undefined
}

/** What a form opens with: what the product knows already and a date that can only be today. */
export function startingAnswers(form: FormDefinition, profile: Profile, today: string): Answers {
  const answers: Record<string, AnswerValue> = {}
  for (const field of form.fields) {
    const value = prefilled(field, profile, today)
    if (value !== undefined) answers[field.id] = value
  }
  return answers
}

/** The ids that "same as last time" takes over: only fields the form lets carry, and only those that would be shown (Z-34). */
export function carriedIds(form: FormDefinition, last: Answers, today: CivilDate): string[] {
  return visibleFields(form, last, today)
    .filter((field) => field.carried === true && last[field.id] !== undefined)
    .map((field) => field.id)
}

/** Answers after "same as last time": carried ones replaced, everything else as it stands. */
export function withCarried(
  form: FormDefinition,
  answers: Answers,
  last: Answers,
  today: CivilDate,
): Answers {
  const carried = carriedIds(form, last, today)
  return { ...answers, ...Object.fromEntries(carried.map((id) => [id, last[id]])) } as Answers // ids come from `last`, so each value is there
}

/** How far the required questions are answered. */
export function progressOf(
  form: FormDefinition,
  answers: Answers,
  today: CivilDate,
): { answered: number; asked: number } {
  const asked = requiredFields(form, answers, today)
  return { answered: asked.filter(({ id }) => isFilled(answers[id])).length, asked: asked.length }
}

/** The first required question still open; null when there is none. */
export function firstOpenField(form: FormDefinition, answers: Answers, today: CivilDate): string | null {
  return requiredFields(form, answers, today).find(({ id }) => !isFilled(answers[id]))?.id ?? null
}

function requiredFields(form: FormDefinition, answers: Answers, today: CivilDate): Field[] {
  return visibleFields(form, answers, today).filter((field) => holdsAnswer(field) && field.required === true)
}

const isFilled = (value: AnswerValue | undefined) =>
  value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
