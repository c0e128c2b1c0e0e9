import { useLateTexts } from '../../i18n/late-texts.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of lists of people, which only managers see. */
export const usePeopleTexts = () => useLateTexts('kit.people.search', zhCN, en)
