import { useLateTexts } from '../i18n/late-texts.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of the report apps; the others have no use for them. */
export const useReportTexts = () => useLateTexts('kit.report.history', zhCN, en)
