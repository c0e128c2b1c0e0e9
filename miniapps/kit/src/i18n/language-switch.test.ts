import { flushPromises } from '@vue/test-utils'
import { beforeEach, expect, it } from 'vitest'
import { mountPage } from '../testing/mount-page.ts'
import { chosenLocale } from './chosen-locale.ts'
import { addTexts, changeLocale, createTexts, translate, type LocaleSource } from './i18n.ts'
import LanguageSwitch from './LanguageSwitch.vue'

beforeEach(() => localStorage.clear())

const source = (loads: () => void): LocaleSource => ({
  'zh-CN': { hello: '你好' },
  en: async () => {
    loads()
    return { default: { hello: 'Hello' } }
  },
})

it('X-09: the other language is fetched when it is asked for, for everything shown so far', async () => {
  let loaded = 0
  const texts = createTexts('zh-CN')
  await addTexts(
    texts,
    source(() => (loaded += 1)),
  )
  expect(loaded).toBe(0)
  await changeLocale(texts, 'en')
  expect([loaded, translate(texts, 'hello')]).toEqual([1, 'Hello'])
  await changeLocale(texts, 'zh-CN')
  expect(translate(texts, 'hello')).toBe('你好')
})

it('X-09: without a connection the page stays in its language', async () => {
  const texts = createTexts('zh-CN')
  await addTexts(texts, { 'zh-CN': { hello: '你好' }, en: () => Promise.reject(new Error('offline')) })
  await expect(changeLocale(texts, 'en')).rejects.toThrow('offline')
  expect(translate(texts, 'hello')).toBe('你好')
})

it('X-09: the switch names the other language and keeps the choice on the device', async () => {
  expect(chosenLocale()).toBeNull()
  const { wrapper } = mountPage(LanguageSwitch)
  expect(wrapper.text()).toBe('English')
  await wrapper.get('button').trigger('click')
  await flushPromises()
  expect(wrapper.text()).toBe('中文')
  expect(chosenLocale()).toBe('en')
  expect(document.documentElement.lang).toBe('en')
})
