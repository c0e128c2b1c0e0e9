import { onScopeDispose, ref, shallowRef } from 'vue'
import {
  decideScanSignIn,
  scanSignInCode,
  type ScannedSignIn,
} from '@kangbao/workplace/contracts/accounts.ts'
import { call } from '@/api/client.ts'

const secondMs = 1000

/** Takes a scanned code, counts its seconds down, and sends what the person decides. */
export function useScannedSignIn(ticket: string) {
  const asked = shallowRef<ScannedSignIn>()
  const secondsLeft = ref(0)
  const error = shallowRef<unknown>()
  const isTooLate = ref(false)
  const isDeciding = ref(false)
  let timer: ReturnType<typeof setInterval> | undefined

  function tick() {
    secondsLeft.value -= 1
    if (secondsLeft.value > 0) return
    clearInterval(timer)
    isTooLate.value = true
  }

  async function take() {
    try {
      asked.value = await call(scanSignInCode, { params: { ticket } })
      secondsLeft.value = asked.value.secondsLeft
      timer = setInterval(tick, secondMs)
    } catch (e) {
      error.value = e
    }
  }

  /** @returns whether the workplace took the answer. */
  async function decide(decision: 'approve' | 'refuse'): Promise<boolean> {
    error.value = undefined
    isDeciding.value = true
    try {
      await call(decideScanSignIn, { params: { ticket }, body: { decision } })
      return true
    } catch (e) {
      error.value = e
      return false
    } finally {
      isDeciding.value = false
    }
  }

  onScopeDispose(() => clearInterval(timer))
  return { asked, secondsLeft, error, isTooLate, isDeciding, take, decide }
}
