import { onScopeDispose, watch } from 'vue'
import { createClient } from '@kangbao/shared/contracts/client.ts'
import { renewSession, type Session } from '@kangbao/shared/contracts/sessions.ts'
import { apiBase } from '../api/api.ts'
import { renewalDelayMs } from './renewal.ts'
import { useSession } from './session-store.ts'

/** Exchanges one session for a fresh one; false when the server no longer knows it. */
export function createRenewal(fetcher: typeof fetch) {
  const store = useSession()
  let running: Promise<boolean> | undefined

  async function renew(session: Session): Promise<boolean> {
    const client = createClient({ baseUrl: apiBase, fetch: fetcher, token: () => session.token })
    try {
      store.renewed(session, await client.call(renewSession))
      return true
    } catch {
      return false
    }
  }
  /** For a call that met a 401: many calls may fail at once, one renewal serves them all. */
  function renewCurrent(): Promise<boolean> {
    running ??= (store.current ? renew(store.current) : Promise.resolve(false)).finally(() => {
      running = undefined
    })
    return running
  }
  return { renew, renewCurrent }
}
export type Renewal = ReturnType<typeof createRenewal>

/** Keeps every session of the tab fresh while it is open. */
export function useRenewal({ renew }: Pick<Renewal, 'renew'>): void {
  const store = useSession()
  let timers: ReturnType<typeof setTimeout>[] = []
  const clear = () => timers.forEach(clearTimeout)

  watch(
    () => store.kept,
    ({ sessions }) => {
      clear()
      timers = sessions.map((session) =>
        setTimeout(() => void renew(session), renewalDelayMs(session.expiresAt, Date.now())),
      )
    },
    { immediate: true },
  )
  onScopeDispose(clear)
}
