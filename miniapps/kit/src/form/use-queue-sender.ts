import { onScopeDispose } from 'vue'
import { useApi } from '../api/api.ts'
import { useFilingQueue } from './filing-queue.ts'

const againMs = 20_000

/** Sends waiting filings when the app opens, comes back to the front or finds the network again. */
export function useQueueSender(): void {
  const api = useApi()
  const queue = useFilingQueue()
  const send = () => void queue.flush(api)
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
