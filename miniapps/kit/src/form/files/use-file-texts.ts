import { inject } from 'vue'
import { addMessages, textsKey, useTexts } from '../../i18n/i18n.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those about files, which come with the first field that asks for one. */
export function useFileTexts() {
  const texts = inject(textsKey)
  if (texts && !texts.messages.value['zh-CN'].has('kit.file.choose')) {
    addMessages(texts, 'zh-CN', zhCN)
    addMessages(texts, 'en', en)
  }
  return useTexts()
}
