import { useLateTexts } from '@kangbao/kit/i18n/late-texts.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of one’s own lists and receipts; who comes by a card to fill needs them last. */
export const useMineTexts = () => useLateTexts('mine.title', zhCN, en)
