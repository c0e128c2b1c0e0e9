import { useLateTexts } from '../../i18n/late-texts.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of long lists, which few forms have. */
export const useLongChoiceTexts = () => useLateTexts('kit.longChoice.search', zhCN, en)
