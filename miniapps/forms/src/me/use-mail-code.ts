import { computed, ref, shallowRef } from 'vue'
import { requestMailCode } from '@kangbao/shared/contracts/my-mail.ts'
import { parseMailAddress } from '@kangbao/shared/identity/mail-address.ts'
import { useApi } from '@kangbao/kit/api/api.ts'
import { useTexts } from '@kangbao/kit/i18n/i18n.ts'
import { useWait } from '@kangbao/kit/session/use-wait.ts'

/** An address and the code that was sent to it: both texts, the wait until another may be asked for, what went wrong. */
export function useMailCode() {
  const api = useApi()
  const { locale } = useTexts()
  const typed = ref('')
  const code = ref('')
  /** Goes back with the code: only who asked may use it. */
  const challenge = ref('')
  const { waitS, waitFor } = useWait()
  const isAsking = ref(false)
  const error = shallowRef<unknown>(null)
  const address = computed(() => parseMailAddress(typed.value))
  const isComplete = computed(
    () => address.value !== null && challenge.value !== '' && /^\d{6}$/.test(code.value),
  )

  async function ask(): Promise<void> {
    if (address.value === null || isAsking.value || waitS.value > 0) return
    isAsking.value = true
    error.value = null
    try {
      const sent = await api.call(requestMailCode, { body: { address: address.value, locale: locale() } })
      challenge.value = sent.challenge
      waitFor(sent.resendAfterS)
    } catch (cause) {
      error.value = cause
    } finally {
      isAsking.value = false
    }
  }
  return { typed, code, challenge, address, isComplete, waitS, isAsking, error, ask }
}
