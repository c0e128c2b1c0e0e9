import { inject } from 'vue'
import { addMessages, textsKey, useTexts } from '../../i18n/i18n.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of lists of people, which only managers see. */
export function usePeopleTexts() {
  const texts = inject(textsKey)
  if (texts && !texts.messages.value['zh-CN'].has('kit.people.search')) {
    addMessages(texts, 'zh-CN', zhCN)
    addMessages(texts, 'en', en)
  }
  return useTexts()
}
