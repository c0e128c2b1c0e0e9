import { useQueryCache, type EntryKey } from '@pinia/colada'
import { getCurrentScope, onScopeDispose, ref } from 'vue'
import { apiBase } from '../api/api.ts'
import { readAnew } from '../api/read-anew.ts'
import { useSession } from '../session/session-store.ts'
import { livingTopics, staleKeys } from './live-keys.ts'
import { openLiveEvents, type LiveOptions } from './live-events.ts'

const pollMs = 15_000
/** Many answers in a burst are one refresh. */
const gatherMs = 400

type OpenLive = (options: LiveOptions) => Promise<() => void>

/**
 * Keeps the screen's numbers alive while the page is open: server-sent events refresh what they name; while the
 * stream is down everything living is read again every 15 seconds.
 */
export function useLive(open: OpenLive = openLiveEvents) {
  const cache = useQueryCache()
  const session = useSession()
  const isConnected = ref(false)
  const waiting = new Map<string, EntryKey>()
  let gather: ReturnType<typeof setTimeout> | undefined
  let close: (() => void) | undefined
  let isOver = false

  function refresh(stale: readonly EntryKey[]): void {
    for (const key of stale) waiting.set(JSON.stringify(key), key)
    gather ??= setTimeout(() => {
      gather = undefined
      const due = [...waiting.values()]
      waiting.clear()
      for (const key of due) void readAnew(cache, key)
    }, gatherMs)
  }

  const poll = setInterval(() => {
    if (!isConnected.value && document.visibilityState === 'visible') refresh(livingTopics)
  }, pollMs)

  let hasOpened = false
  void open({
    baseUrl: apiBase,
    token: () => session.session?.token,
    onEvent: (event) => refresh(staleKeys(event)),
    onOpen() {
      isConnected.value = true
      if (hasOpened) refresh(livingTopics)
      hasOpened = true
    },
    onLost: () => (isConnected.value = false),
  }).then(
    (stop) => {
      if (isOver) stop()
      else close = stop
    },
    () => undefined, // polling goes on
  )

  function stop(): void {
    isOver = true
    clearInterval(poll)
    clearTimeout(gather)
    close?.()
  }
  if (getCurrentScope()) onScopeDispose(stop)
  return { isConnected, stop }
}
