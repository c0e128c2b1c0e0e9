import { workplaceErrors, type WorkplaceErrorCode } from '@kangbao/workplace/contracts/errors.ts'
import { describe, expect, it } from 'vitest'
import { i18n } from '@/i18n/index.ts'
import { errorText, hintKey } from './error-text.ts'
import { ApiProblem, problemFrom } from './problem.ts'

function textIn(locale: 'zh-CN' | 'en', error: unknown) {
  i18n.global.locale.value = locale
  return errorText(error, {
    locale,
    t: (key, named) => i18n.global.t(key, named ?? {}),
    has: (key) => i18n.global.te(key),
  })
}
const codes = Object.keys(workplaceErrors) as WorkplaceErrorCode[]

describe('error texts', () => {
  it.each(codes)('%s is told in both languages', (code) => {
    const problem = new ApiProblem({ code, status: workplaceErrors[code].status })
    expect(textIn('zh-CN', problem)).toMatch(/\p{Script=Han}/u)
    expect(textIn('en', problem)).not.toMatch(/errors\./)
  })

  it('says what to do where that is known', () => {
    const problem = new ApiProblem({ code: 'code.wrong', status: 422 })
    expect(textIn('zh-CN', problem)).toBe('验证码不正确或已过期。请核对短信，或重新获取验证码')
  })

  it.each([
    [40, '请 40 秒后再试'],
    [900, '请 15 分钟后再试'],
  ])('says how long to wait: %i s', (retryAfterSeconds, text) => {
    const problem = new ApiProblem({ code: 'rate.limited', status: 429, details: { retryAfterSeconds } })
    expect(textIn('zh-CN', problem)).toContain(text)
  })

  it('shows the request id of an unknown failure', () => {
    expect(textIn('en', problemFrom(502, { requestId: 'r-17' }))).toContain('r-17')
    expect(textIn('zh-CN', problemFrom(502, '<html>'))).toBe('系统繁忙，请稍后再试')
  })

  it('a code of a newer server still uses the titles it sent', () => {
    const problem = problemFrom(409, { code: 'new.code', titles: { zh: '新错误', en: 'A new error' } })
    expect([textIn('zh-CN', problem), textIn('en', problem)]).toEqual(['新错误', 'A new error'])
  })

  it('every hint belongs to a code that exists', () => {
    const known = new Set(codes.map(hintKey))
    const hints = Object.keys(i18n.global.messages.value.en.errors.hint).map((key) => `errors.hint.${key}`)
    expect(hints.filter((hint) => !known.has(hint))).toEqual([])
  })
})
