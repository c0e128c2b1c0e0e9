import { inject } from 'vue'
import { addMessages, textsKey, useTexts } from '../i18n/i18n.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of the report apps; the others have no use for them. */
export function useReportTexts() {
  const texts = inject(textsKey)
  if (texts && !texts.messages.value['zh-CN'].has('kit.report.history')) {
    addMessages(texts, 'zh-CN', zhCN)
    addMessages(texts, 'en', en)
  }
  return useTexts()
}
