import { useLateTexts } from '../../i18n/late-texts.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those about files, which come with the first field that asks for one. */
export const useFileTexts = () => useLateTexts('kit.file.choose', zhCN, en)
