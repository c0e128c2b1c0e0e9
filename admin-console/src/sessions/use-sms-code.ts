import { onScopeDispose, ref } from 'vue'
import { requestSmsCode } from '@kangbao/shared/contracts/sessions.ts'
import { useApi } from '../api/api.ts'
import { useAction } from '../kit/use-action.ts'

/** Asks for a code and counts down until another may be asked for. */
export function useSmsCode() {
  const api = useApi()
  const waitS = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined

  const { isRunning, run } = useAction(async (phone: string) => {
    const { resendAfterS } = await api.call(requestSmsCode, { body: { phone } })
    waitS.value = resendAfterS
    clearInterval(timer)
    timer = setInterval(() => {
      waitS.value -= 1
      if (waitS.value <= 0) clearInterval(timer)
    }, 1000)
    return true
  })
  onScopeDispose(() => clearInterval(timer))
  return { waitS, isRunning, send: run }
}
