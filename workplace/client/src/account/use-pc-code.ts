import { onScopeDispose, ref, shallowRef } from 'vue'
import { pollScanSignIn, startScanSignIn, type Session } from '@kangbao/workplace/contracts/accounts.ts'
import { call } from '@/api/client.ts'

const pollMs = 1500
/** An unscanned code is replaced as it runs out, for some minutes; a page left open does not ask for ever. */
const mostRenewals = 5

/** The code a PC shows: begun, watched until a phone decides, replaced while nobody scans it. */
export function usePcCode(onSession: (session: Session) => void) {
  const qrText = ref('')
  const state = ref<'waiting' | 'scanned' | 'refused' | 'expired'>('waiting')
  const scannedBy = ref('')
  const error = shallowRef<unknown>()
  let ticket = ''
  let secret = ''
  let renewals = 0
  let isGone = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function begin() {
    error.value = undefined
    try {
      const started = await call(startScanSignIn, {})
      if (isGone) return
      ;({ ticket, secret } = started)
      qrText.value = `${location.origin}/scan-sign-in/${ticket}`
      state.value = 'waiting'
      later()
    } catch (e) {
      error.value = e
    }
  }

  function later() {
    if (!isGone) timer = setTimeout(() => void poll(), pollMs)
  }

  async function poll() {
    try {
      await follow(await call(pollScanSignIn, { params: { ticket }, body: { secret } }))
    } catch (e) {
      error.value = e
    }
  }

  async function follow(answer: Awaited<ReturnType<typeof call<typeof pollScanSignIn>>>) {
    if (answer.session) return onSession(answer.session)
    if (answer.state === 'expired' && state.value === 'waiting' && renewals < mostRenewals) {
      renewals += 1
      return begin()
    }
    state.value = answer.state === 'approved' ? 'scanned' : answer.state
    scannedBy.value = answer.scannedBy ?? ''
    if (answer.state === 'waiting' || answer.state === 'scanned') later()
  }

  /** Another code, as the person asked. */
  function refresh() {
    renewals = 0
    return begin()
  }

  onScopeDispose(() => {
    isGone = true
    clearTimeout(timer)
  })
  void begin()
  return { qrText, state, scannedBy, error, refresh }
}
