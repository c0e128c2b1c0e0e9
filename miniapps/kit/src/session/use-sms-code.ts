import { computed, ref, shallowRef } from 'vue'
import { parseMobile } from '@kangbao/shared/identity/phone.ts'
import { useWait } from './use-wait.ts'

/** What the server answers to a request for a code. */
interface CodeSent {
  readonly challenge: string
  readonly resendAfterS: number
}

/**
 * Phone and SMS code: both texts, the wait until another code may be asked for, and what went wrong.
 * @param request asks the server for a code to this phone, for the purpose at hand.
 */
export function useSmsCode(request: (phone: string) => Promise<CodeSent>) {
  const phone = ref('')
  const code = ref('')
  const { waitS, waitFor } = useWait()
  const isAsking = ref(false)
  const wasSent = ref(false)
  const error = shallowRef<unknown>(null)
  /** Goes back with the code: only who asked may use it. */
  const challenge = ref('')

  const mobile = computed(() => parseMobile(phone.value))
  const isComplete = computed(
    () => mobile.value !== null && challenge.value !== '' && /^\d{6}$/.test(code.value),
  )

  async function ask(): Promise<void> {
    if (mobile.value === null || isAsking.value || waitS.value > 0) return
    isAsking.value = true
    error.value = null
    try {
      const { challenge: told, resendAfterS } = await request(mobile.value)
      challenge.value = told
      wasSent.value = true
      waitFor(resendAfterS)
    } catch (cause) {
      error.value = cause
    } finally {
      isAsking.value = false
    }
  }

  return { phone, code, challenge, mobile, isComplete, waitS, isAsking, wasSent, error, ask }
}
