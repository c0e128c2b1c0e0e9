import { isPlaceAnswer, isRegionAnswer, placeText, type AnswerValue } from '@kangbao/shared/forms/answers.ts'
import type { Field } from '@kangbao/shared/forms/definition.ts'
import type { Locale } from '@kangbao/shared/locale.ts'

/** An answer in words; a region needs its names, which are loaded later. */
export function answerText(
  field: Field,
  value: AnswerValue | undefined,
  locale: Locale,
  regionName: (code: string) => string,
  yes: string,
): string {
  if (value === undefined) return ''
  if (value === true) return yes
  if (isRegionAnswer(value)) return [regionName(value.code), value.detail].filter(Boolean).join(' ')
  if (isPlaceAnswer(value)) return placeText(value)
  if (field.type === 'single-choice' || field.type === 'multiple-choice') {
    const chosen = Array.isArray(value) ? value : [value]
    const labels = field.options
      .filter((option) => chosen.includes(option.value))
      .map(({ label }) => label[locale])
    return labels.join(locale === 'zh-CN' ? '、' : ', ')
  }
  if (typeof value === 'number' && 'decimals' in field) {
    return `${value.toFixed(field.decimals)}${field.unit ? ` ${field.unit}` : ''}`
  }
  if (field.type === 'rating') return `${String(value)} / ${field.max}`
  if (field.type === 'date-time') return String(value).replace('T', ' ')
  return String(value)
}
