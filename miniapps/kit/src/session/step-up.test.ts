import { flushPromises } from '@vue/test-utils'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { getProofWay, giveProof, requestProofCode } from '@kangbao/shared/contracts/sessions.ts'
import { mountPage } from '../testing/mount-page.ts'
import { useSession } from './session-store.ts'
import StepUpSheet from './StepUpSheet.vue'
import { useStepUp } from './step-up.ts'

const proved = { token: 'proved', expiresAt: '2999-01-01T00:00:00.000Z' }

beforeAll(() => {
  // happy-dom opens no modal dialogs.
  HTMLDialogElement.prototype.showModal ??= function () {
    this.open = true
  }
})
afterEach(() => document.body.replaceChildren())

function open(way: { way: 'sms' | 'workplace'; phone: string | null; isReady: boolean }) {
  return mountPage(StepUpSheet, {
    answers: [
      [getProofWay, () => way],
      [requestProofCode, () => ({ resendAfterS: 60 })],
      [giveProof, () => proved],
    ],
  })
}
const button = (text: string) =>
  [...document.querySelectorAll('button')].find((each) => each.textContent?.includes(text))

describe('S-22: a sensitive act on the phone', () => {
  it('waits for the code; the token that comes back takes the place of the other', async () => {
    const { calls } = open({ way: 'sms', phone: '137****5266', isReady: true })
    const answer = useStepUp().ask()
    await flushPromises()
    expect(document.body.textContent).toContain('137****5266')
    button('获取验证码')?.click()
    await flushPromises()
    const input = document.querySelector('input')
    if (!input) throw new Error('nowhere to type a code')
    input.value = '123456'
    input.dispatchEvent(new Event('input'))
    document.querySelector('form')?.dispatchEvent(new Event('submit'))
    expect(await answer).toBe(true)
    expect(calls.map(({ contract }) => contract.path)).toContain(giveProof.path)
    expect(useSession().session?.token).toBe('proved')
  })

  it('offers to bind a phone to whoever has none', async () => {
    open({ way: 'sms', phone: null, isReady: false })
    await flushPromises()
    expect(document.querySelector('input')).toBeNull()
    expect(button('补充手机号')).toBeDefined()
  })

  it('is not done when the sheet is closed', async () => {
    open({ way: 'workplace', phone: null, isReady: true })
    const answer = useStepUp().ask()
    await flushPromises()
    document.querySelector<HTMLElement>('button[aria-label="关闭"]')?.click()
    expect(await answer).toBe(false)
  })
})
