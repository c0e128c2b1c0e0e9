import { onScopeDispose } from 'vue'
import { useApi } from '../api/api.ts'
import { useSession } from '../session/session-store.ts'
import { useSignIn } from '../session/sign-in.ts'
import { useFilingQueue } from './filing-queue.ts'

const againMs = 10_000

/** Sends waiting filings when the app opens, comes back to the front or finds the network again. */
export function useQueueSender(): void {
  const api = useApi()
  const queue = useFilingQueue()
  const session = useSession()
  const signIn = useSignIn()
  /** Opened without a network there is no session to send with: what waits is shown, and signing in comes first. */
  async function goOn(): Promise<void> {
    const isIn = session.session !== null || (await signIn.renew().catch(() => false))
    return isIn ? queue.flush(api) : queue.open(api)
  }
  const send = () => void goOn().catch(() => undefined)
  const sendWhenSeen = () => document.visibilityState === 'visible' && send()
  send()
  window.addEventListener('online', send)
  document.addEventListener('visibilitychange', sendWhenSeen)
  const timer = setInterval(() => queue.mayWait() && send(), againMs)
  onScopeDispose(() => {
    window.removeEventListener('online', send)
    document.removeEventListener('visibilitychange', sendWhenSeen)
    clearInterval(timer)
  })
}
