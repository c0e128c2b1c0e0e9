import { expect, it } from 'vitest'
import type { Locale } from '@kangbao/shared/locale.ts'
import { mountPage } from '@kangbao/kit/testing/mount-page.ts'
import PreparingNote from './components/PreparingNote.vue'
import en from './locales/en.ts'
import zhCN from './locales/zh-CN.ts'

const note = (done: number, of: number, locale: Locale = 'zh-CN') =>
  mountPage(PreparingNote, {
    props: { preparing: { done, of } },
    locale,
    messages: locale === 'en' ? en : zhCN,
    answers: [],
  }).wrapper.text()

it('Z-36: while the list of a large org is being written, the board says how far it is', () => {
  expect(note(0, 0)).toContain('名单准备中 0%')
  expect(note(425_000, 1_000_000)).toContain('名单准备中 42%')
  expect(note(999_999, 1_000_000)).toContain('名单准备中 99%')
  expect(note(425_000, 1_000_000)).toContain('名单完成后才发送通知')
  expect(note(425_000, 1_000_000, 'en')).toContain('List being prepared 42%')
})
