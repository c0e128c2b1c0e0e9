import { expect, it } from 'vitest'
import { readEnvironment } from './environment.ts'

const plain = { userAgent: 'Mozilla/5.0 Chrome/120', windowName: '', search: '?corpId=c1', language: 'en-GB' }
const dingtalk = 'Mozilla/5.0 (iPhone) AliApp(DingTalk/7.6.0) com.laiwang.DingTalk/1 language/zh-Hans-CN'

it.each([
  { name: 'a plain browser', given: plain, inside: false, locale: 'en' },
  { name: 'DingTalk on a phone', given: { ...plain, userAgent: dingtalk }, inside: true, locale: 'zh-CN' },
  {
    name: 'the PC container',
    given: { ...plain, windowName: '{"containerId":"1"}' },
    inside: true,
    locale: 'en',
  },
])('Z-23: $name', ({ given, inside, locale }) => {
  expect(readEnvironment(given)).toMatchObject({ isInsideHost: inside, corpId: 'c1', locale })
})

it('X-09: the address may ask for theme, language and large text', () => {
  const search = '?corpId=c1&theme=dark&lang=zh-CN&text=large&link=abc'
  expect(readEnvironment({ ...plain, search })).toMatchObject({
    theme: 'dark',
    locale: 'zh-CN',
    isLargeText: true,
    guestLink: 'abc',
  })
})
