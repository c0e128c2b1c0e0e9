import type { Locale } from '../locale.ts'
import type { Found } from './field-checks.ts'
import { problemTexts as en } from './problem-texts/en.ts'
import { problemTexts as zhCN } from './problem-texts/zh-CN.ts'
import { problemInWords } from './problem-words.ts'
import type { FieldProblem } from './validation.ts'

const texts = { 'zh-CN': zhCN, en } as const

/** The sentence to show beside a field; for a place in a row it begins with the row, counted from 1. */
export function problemMessage(problem: FieldProblem, locale: Locale): string {
  const { row } = problem
  if (row === undefined) return sentence(problem, locale)
  return locale === 'zh-CN'
    ? `第 ${row + 1} 行：${sentence(problem, locale)}`
    : `Row ${row + 1}: ${sentence(problem, locale)}`
}

function sentence(problem: Found, locale: Locale): string {
  return problemInWords(problem, locale, (reason, values) =>
    texts[locale][reason].replace(/\{(\w+)\}/g, (_, name: string) => String(values?.[name] ?? '')),
  )
}
