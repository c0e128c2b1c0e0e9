import { createI18n, useI18n } from 'vue-i18n'
import type { Locale, LocalText } from '@kangbao/shared/locale.ts'
import en from '../locales/en.ts'
import zhCN from '../locales/zh-CN.ts'
import { compileMessage } from './message-compiler.ts'

/** Texts of an app or page: a tree of strings. */
export interface Messages {
  readonly [key: string]: string | Messages
}
export type LocaleMessages = Readonly<Record<Locale, Messages>>

/** vue-i18n with the kit's and the app's texts. */
export function createTexts(locale: Locale, messages: LocaleMessages) {
  const plain = (tree: Messages): Record<string, never> => JSON.parse(JSON.stringify(tree)) as Record<string, never> // a mutable copy: vue-i18n keeps and extends it
  return createI18n({
    legacy: false,
    locale,
    fallbackLocale: 'zh-CN',
    missingWarn: false,
    fallbackWarn: false,
    messageCompiler: (message) => compileMessage(message),
    messages: {
      'zh-CN': plain({ ...zhCN, ...messages['zh-CN'] }),
      en: plain({ ...en, ...messages.en }),
    },
  })
}

export type Texts = ReturnType<typeof createTexts>

/** Adds the texts of pages that are loaded later. */
export function addMessages(texts: Texts, messages: LocaleMessages): void {
  for (const [locale, tree] of Object.entries(messages)) {
    texts.global.mergeLocaleMessage(locale as Locale, tree) // keys of LocaleMessages are locales
  }
}

/** Texts in the language of the screen. */
export function useTexts() {
  const { t, locale } = useI18n({ useScope: 'global' })
  const current = (): Locale => (locale.value === 'en' ? 'en' : 'zh-CN')
  return {
    t: (key: string, values: Readonly<Record<string, string | number>> = {}) => t(key, { ...values }),
    locale: current,
    /** The screen's language of a text that is data. */
    local: (text: LocalText) => text[current()],
    setLocale(next: Locale) {
      locale.value = next
    },
  }
}
