import { createI18n, useI18n } from 'vue-i18n'
import type { Locale, LocalText } from '@kangbao/shared/locale.ts'
import en from '../locales/en/index.ts'
import zhCN from '../locales/zh-CN/index.ts'

export const messages = { 'zh-CN': zhCN, en }

/** vue-i18n with every text of the console. */
export function createTexts(locale: Locale) {
  return createI18n({ legacy: false, locale, fallbackLocale: 'zh-CN', messages })
}
export type Texts = ReturnType<typeof createTexts>

/** Texts in the language of the screen. */
export function useTexts() {
  const { t, locale } = useI18n({ useScope: 'global' })
  const current = (): Locale => (locale.value === 'en' ? 'en' : 'zh-CN')
  return {
    t: (key: string, values: Readonly<Record<string, string | number>> = {}) => t(key, { ...values }),
    /** A text whose number decides between singular and plural. */
    tn: (key: string, n: number, values: Readonly<Record<string, string | number>> = {}) =>
      t(key, { n: number(n, current()), ...values }, n),
    locale: current,
    /** The screen's language of a text that is data. */
    local: (text: LocalText) => text[current()],
    /** A count with its thousands apart. */
    num: (n: number) => number(n, current()),
    /** Share of a whole; everything and nothing are shown only when they are exact. */
    percent: (part: number, whole: number) => percent(part, whole),
  }
}

function number(n: number, locale: Locale): string {
  return n.toLocaleString(locale)
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return '—'
  const exact = (part / whole) * 100
  if (exact > 0 && exact < 0.1) return '<0.1%'
  if (exact < 100 && exact > 99.9) return '99.9%'
  return `${exact.toFixed(1).replace(/\.0$/, '')}%`
}
