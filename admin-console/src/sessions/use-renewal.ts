import { onScopeDispose, watch } from 'vue'
import { createClient, ProblemError } from '@kangbao/shared/contracts/client.ts'
import { renewSession, type Session } from '@kangbao/shared/contracts/sessions.ts'
import { apiBase } from '../api/api.ts'
import { renewalDelayMs } from './renewal.ts'
import { useSession } from './session-store.ts'

const channelName = 'kangbao:console-sessions'

function isSession(value: unknown): value is Session {
  return typeof value === 'object' && value !== null && 'id' in value && 'refreshToken' in value
}

/**
 * Exchanges refresh tokens for fresh sessions. A refresh token works once, so tabs that share a session tell each other:
 * a duplicated tab would else be taken for a thief.
 * @param isSomebodyThere without anybody at the screen nothing is renewed, and the session runs out.
 */
export function createRenewal(fetcher: typeof fetch, isSomebodyThere: () => boolean) {
  const store = useSession()
  const running = new Map<string, Promise<boolean>>()
  const tabs = new BroadcastChannel(channelName)
  tabs.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (isSession(data)) store.renewed(data)
  })

  /** False when the server no longer knows the session, or nobody is there to need it. */
  function renew({ id }: Pick<Session, 'id'>): Promise<boolean> {
    // Many calls may fail at once: one renewal serves them all.
    const underWay = running.get(id) ?? exchange(id).finally(() => running.delete(id))
    running.set(id, underWay)
    return underWay
  }

  async function exchange(id: string): Promise<boolean> {
    const session = store.kept.sessions.find((each) => each.id === id)
    if (!session || !isSomebodyThere()) return false
    const client = createClient({ baseUrl: apiBase, fetch: fetcher, token: () => undefined })
    try {
      const fresh = await client.call(renewSession, { body: { refreshToken: session.refreshToken } })
      store.renewed(fresh)
      tabs.postMessage(fresh)
      return true
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) return false
      throw error // unreachable for a moment: the session may be as good as ever
    }
  }

  const renewCurrent = () => (store.current ? renew(store.current) : Promise.resolve(false))
  return { renew, renewCurrent }
}
export type Renewal = ReturnType<typeof createRenewal>

/** Keeps every session of the tab fresh while it is open and used. */
export function useRenewal({ renew }: Pick<Renewal, 'renew'>): void {
  const store = useSession()
  let timers: ReturnType<typeof setTimeout>[] = []
  const clear = () => timers.forEach(clearTimeout)
  // What fails here is tried again by the next call that needs a session.
  const quietly = (session: Session) => void renew(session).catch(() => undefined)

  watch(
    () => store.kept,
    ({ sessions }) => {
      clear()
      timers = sessions.map((session) =>
        setTimeout(() => quietly(session), renewalDelayMs(session.expiresAt, Date.now())),
      )
    },
    { immediate: true },
  )
  onScopeDispose(clear)
}
