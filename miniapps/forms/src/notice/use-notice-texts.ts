import { inject } from 'vue'
import { addMessages, textsKey, useTexts } from '@kangbao/kit/i18n/i18n.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of the notice, which are read once and come when they are. */
export function useNoticeTexts() {
  const texts = inject(textsKey)
  if (texts && !texts.messages.value['zh-CN'].has('consent.title')) {
    addMessages(texts, 'zh-CN', zhCN)
    addMessages(texts, 'en', en)
  }
  return useTexts()
}
