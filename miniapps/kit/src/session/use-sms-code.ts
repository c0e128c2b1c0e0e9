import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { requestSmsCode } from '@kangbao/shared/contracts/sessions.ts'
import { parseMobile } from '@kangbao/shared/identity/phone.ts'
import { useApi } from '../api/api.ts'

/** Phone and SMS code: both texts, the wait until another code may be asked for, and what went wrong. */
export function useSmsCode() {
  const api = useApi()
  const phone = ref('')
  const code = ref('')
  const waitS = ref(0)
  const isAsking = ref(false)
  const wasSent = ref(false)
  const error = shallowRef<unknown>(null)
  let timer: ReturnType<typeof setInterval> | undefined

  const mobile = computed(() => parseMobile(phone.value))
  const isComplete = computed(() => mobile.value !== null && /^\d{6}$/.test(code.value))

  function countDown(seconds: number): void {
    clearInterval(timer)
    waitS.value = seconds
    timer = setInterval(() => {
      waitS.value -= 1
      if (waitS.value <= 0) clearInterval(timer)
    }, 1000)
  }
  onScopeDispose(() => clearInterval(timer))

  async function ask(): Promise<void> {
    if (mobile.value === null || isAsking.value || waitS.value > 0) return
    isAsking.value = true
    error.value = null
    try {
      const { resendAfterS } = await api.call(requestSmsCode, { body: { phone: mobile.value } })
      wasSent.value = true
      countDown(resendAfterS)
    } catch (cause) {
      error.value = cause
    } finally {
      isAsking.value = false
    }
  }

  return { phone, code, mobile, isComplete, waitS, isAsking, wasSent, error, ask }
}
