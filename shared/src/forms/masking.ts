import { maskIdNumber } from '../identity/id-number.ts'
import { maskMobile } from '../identity/phone.ts'
import type { Answers, AnswerValue } from './answers.ts'
import type { Field, FormDefinition } from './definition.ts'

const masks: Partial<Readonly<Record<Field['type'], (text: string) => string>>> = {
  'id-number': maskIdNumber,
  phone: maskMobile,
}

/** Whether others than the person see this answer masked (S-36). */
export const isMasked = (field: Field): boolean => masks[field.type] !== undefined

function maskedValue(field: Field, value: AnswerValue): AnswerValue {
  return typeof value === 'string' ? (masks[field.type]?.(value) ?? value) : value
}

/** Answers as anybody but the person sees them: ID numbers 2 + 2, phones 3 + 4 (S-36). */
export function maskedAnswers({ fields }: FormDefinition, answers: Answers): Answers {
  const byId = new Map(fields.map((field) => [field.id, field]))
  return Object.fromEntries(
    Object.entries(answers).map(([id, value]) => {
      const field = byId.get(id)
      return [id, field ? maskedValue(field, value) : value]
    }),
  )
}

/** Answers sent back by somebody who saw them masked: a mask left as it was means the answer behind it. */
export function withKept(form: FormDefinition, given: Answers, stored: Answers): Answers {
  const shown = maskedAnswers(form, stored)
  const fields = new Set(form.fields.filter(isMasked).map(({ id }) => id))
  return Object.fromEntries(
    Object.entries(given).map(([id, value]) => [
      id,
      fields.has(id) && value === shown[id] ? (stored[id] ?? value) : value,
    ]),
  )
}

/** Whether a text is a mask of such a field, so that a form can send it back unchanged. */
export function looksMasked(type: Field['type'], value: AnswerValue): boolean {
  if (typeof value !== 'string') return false
  if (type === 'id-number') return /^\d{2}\*{14}[\dX]{2}$/.test(value)
  return type === 'phone' && /^1\d{2}\*{4}\d{4}$/.test(value)
}
