import type { AnswerValue } from '@kangbao/shared/forms/answers.ts'
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
  if (typeof value === 'object' && !Array.isArray(value)) {
    return [regionName(value.code), value.detail].filter(Boolean).join(' ')
  }
  if (field.type === 'single-choice' || field.type === 'multiple-choice') {
    const chosen = Array.isArray(value) ? value : [value]
    const labels = field.options
      .filter((option) => chosen.includes(option.value))
      .map(({ label }) => label[locale])
    return labels.join(locale === 'zh-CN' ? '、' : ', ')
  }
  if (typeof value === 'number' && (field.type === 'number' || field.type === 'temperature')) {
    return `${value.toFixed(field.decimals)}${field.unit ? ` ${field.unit}` : ''}`
  }
  return String(value)
}
