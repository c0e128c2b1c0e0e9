import { isPlaceAnswer, isRegionAnswer, placeText, type AnswerValue } from '@kangbao/shared/forms/answers.ts'
import type { Field } from '@kangbao/shared/forms/definition.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'

interface Words {
  readonly local: (text: LocalText) => string
  readonly yes: string
  readonly region: (code: string) => string
}

/** An answer as a person reads it; empty when the field was left open. */
export function answerText(field: Field, value: AnswerValue | undefined, words: Words): string {
  if (value === undefined) return ''
  if (value === true) return words.yes
  if (isRegionAnswer(value)) return [words.region(value.code), value.detail].filter(Boolean).join(' · ')
  if (isPlaceAnswer(value)) return placeText(value)
  if (field.type === 'single-choice' || field.type === 'multiple-choice') {
    const chosen = Array.isArray(value) ? value : [String(value)]
    return field.options
      .filter((option) => chosen.includes(option.value))
      .map((option) => words.local(option.label))
      .join('、')
  }
  if ('decimals' in field && typeof value === 'number')
    return `${value.toFixed(field.decimals)}${field.unit ? ` ${field.unit}` : ''}`
  if (field.type === 'rating') return `${String(value)} / ${field.max}`
  if (field.type === 'date-time') return String(value).replace('T', ' ')
  return String(value)
}
