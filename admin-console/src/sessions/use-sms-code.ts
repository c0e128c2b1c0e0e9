import { ref } from 'vue'
import { requestSmsCode } from '@kangbao/shared/contracts/sessions.ts'
import { useApi } from '../api/api.ts'
import { useAction } from '../kit/use-action.ts'
import { useResendPause } from './use-resend-pause.ts'

/** Asks for a code and counts down until another may be asked for. */
export function useSmsCode() {
  const api = useApi()
  const { waitS, pauseFor } = useResendPause()
  /** Goes back with the code: only who asked may use it. */
  const challenge = ref('')

  const { isRunning, run } = useAction(async (phone: string) => {
    const sent = await api.call(requestSmsCode, { body: { phone } })
    challenge.value = sent.challenge
    pauseFor(sent.resendAfterS)
    return true
  })
  return { challenge, waitS, isRunning, send: run }
}
