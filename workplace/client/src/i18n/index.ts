import { createI18n } from 'vue-i18n'
import { Locale as VantLocale } from 'vant'
import vantEn from 'vant/es/locale/lang/en-US'
import vantZh from 'vant/es/locale/lang/zh-CN'
import en from './en/index.ts'
import zhCN from './zh-CN/index.ts'

export const locales = ['zh-CN', 'en'] as const
export type LocaleName = (typeof locales)[number]

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN',
  fallbackLocale: 'zh-CN',
  messages: { 'zh-CN': zhCN, en },
})

/** Switches texts, Vant's own texts and the document's language together. */
export function useLocale(name: LocaleName) {
  i18n.global.locale.value = name
  VantLocale.use(name, name === 'en' ? vantEn : vantZh)
  document.documentElement.lang = name
}
