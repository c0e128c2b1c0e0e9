import { useLateTexts } from '@kangbao/kit/i18n/late-texts.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of the notice, which are read once and come when they are. */
export const useNoticeTexts = () => useLateTexts('consent.title', zhCN, en)
