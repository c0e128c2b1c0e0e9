import { onScopeDispose, ref } from 'vue'
import { requestSmsCode } from '@kangbao/shared/contracts/sessions.ts'
import { useApi } from '../api/api.ts'
import { useAction } from '../kit/use-action.ts'

/** Asks for a code and counts down until another may be asked for. */
export function useSmsCode() {
  const api = useApi()
  const waitS = ref(0)
  /** Goes back with the code: only who asked may use it. */
  const challenge = ref('')
  let timer: ReturnType<typeof setInterval> | undefined

  const { isRunning, run } = useAction(async (phone: string) => {
    const sent = await api.call(requestSmsCode, { body: { phone } })
    challenge.value = sent.challenge
    waitS.value = sent.resendAfterS
    clearInterval(timer)
    timer = setInterval(() => {
      waitS.value -= 1
      if (waitS.value <= 0) clearInterval(timer)
    }, 1000)
    return true
  })
  onScopeDispose(() => clearInterval(timer))
  return { challenge, waitS, isRunning, send: run }
}
