import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { requestSmsCode, type SmsPurpose } from '@kangbao/workplace/contracts/accounts.ts'
import { call } from '@/api/client.ts'
import { ApiProblem } from '@/api/problem.ts'

const secondMs = 1000

/** Asks for a code and counts down to the moment the next may be asked for. */
export function useSmsCode() {
  const secondsLeft = ref(0)
  const isSending = ref(false)
  const error = shallowRef<unknown>()
  let timer: ReturnType<typeof setInterval> | undefined

  const canSend = computed(() => secondsLeft.value === 0 && !isSending.value)

  function countDown(seconds: number) {
    clearInterval(timer)
    secondsLeft.value = seconds
    timer = setInterval(() => {
      secondsLeft.value -= 1
      if (secondsLeft.value <= 0) clearInterval(timer)
    }, secondMs)
  }

  async function send(phone: string, purpose: SmsPurpose = 'sign-in'): Promise<boolean> {
    if (!canSend.value) return false
    isSending.value = true
    error.value = undefined
    try {
      const { resendAfterSeconds } = await call(requestSmsCode, { body: { phone, purpose } })
      countDown(resendAfterSeconds)
      return true
    } catch (e) {
      error.value = e
      const wait = e instanceof ApiProblem ? Number(e.details.retryAfterSeconds) : 0
      if (wait > 0) countDown(Math.ceil(wait))
      return false
    } finally {
      isSending.value = false
    }
  }

  onScopeDispose(() => clearInterval(timer))
  return { send, canSend, secondsLeft, isSending, error }
}
