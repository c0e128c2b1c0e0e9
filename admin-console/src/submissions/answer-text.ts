import type { AnswerValue, RegionAnswer } from '@kangbao/shared/forms/answers.ts'
import type { Field } from '@kangbao/shared/forms/definition.ts'
import type { LocalText } from '@kangbao/shared/locale.ts'

interface Words {
  readonly local: (text: LocalText) => string
  readonly yes: string
  readonly region: (code: string) => string
}

function isRegion(value: AnswerValue): value is RegionAnswer {
  return typeof value === 'object' && !Array.isArray(value)
}

/** An answer as a person reads it; empty when the field was left open. */
export function answerText(field: Field, value: AnswerValue | undefined, words: Words): string {
  if (value === undefined) return ''
  if (value === true) return words.yes
  if (isRegion(value)) return [words.region(value.code), value.detail].filter(Boolean).join(' · ')
  if (field.type === 'single-choice' || field.type === 'multiple-choice') {
    const chosen = Array.isArray(value) ? value : [String(value)]
    return field.options
      .filter((option) => chosen.includes(option.value))
      .map((option) => words.local(option.label))
      .join('、')
  }
  if ((field.type === 'number' || field.type === 'temperature') && typeof value === 'number')
    return `${value.toFixed(field.decimals)}${field.unit ? ` ${field.unit}` : ''}`
  return String(value)
}
