import { useLateTexts } from '../i18n/late-texts.ts'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

/** Texts of the screen with those of a second proof, which most people never give. */
export const useProofTexts = () => useLateTexts('kit.proof.title', zhCN, en)
