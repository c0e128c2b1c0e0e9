import { inject } from 'vue'
import { addMessages, textsKey, useTexts, type Messages } from './i18n.ts'

/**
 * Texts of the screen with those of a part that is loaded later, in both languages; added by the first of its components.
 * @param known the path of one of them, by which it is seen that they are there.
 */
export function useLateTexts(known: string, zhCN: Messages, en: Messages) {
  const texts = inject(textsKey)
  if (texts && !texts.messages.value['zh-CN'].has(known)) {
    addMessages(texts, 'zh-CN', zhCN)
    addMessages(texts, 'en', en)
  }
  return useTexts()
}
