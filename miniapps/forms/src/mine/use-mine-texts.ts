import { inject } from 'vue'
import { addMessages, textsKey, useTexts } from '@kangbao/kit/i18n/i18n.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of one’s own lists and receipts; who comes by a card to fill needs them last. */
export function useMineTexts() {
  const texts = inject(textsKey)
  if (texts && !texts.messages.value['zh-CN'].has('mine.title')) {
    addMessages(texts, 'zh-CN', zhCN)
    addMessages(texts, 'en', en)
  }
  return useTexts()
}
