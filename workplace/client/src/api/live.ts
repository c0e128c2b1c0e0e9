import { EventSource } from 'eventsource'
import { onScopeDispose, watch } from 'vue'
import { useQueryCache } from '@pinia/colada'
import { Value } from 'typebox/value'
import { clientApiPrefix } from '@kangbao/workplace/contracts/contract.ts'
import { ClientEvent, streamEvents } from '@kangbao/workplace/contracts/messages.ts'
import { useSession } from '@/account/session.ts'
import { authorisation } from './client.ts'

const eventTypes = ['message', 'read', 'ding', 'workbench', 'orgs', 'directory', 'import', 'hello'] as const

/** Lists that an event makes stale, by the first part of their query key. */
const staleKeys: Record<ClientEvent['type'], readonly string[]> = {
  // After a gap in the connection anything may have happened.
  hello: ['conversations', 'messages', 'dings'],
  message: ['conversations', 'messages'],
  read: ['conversations'],
  ding: ['dings', 'ding-receivers'],
  workbench: ['workbench', 'installed-apps'],
  orgs: ['org', 'join-requests'],
  directory: ['departments', 'members', 'member'],
  import: ['import'],
}

function eventFrom(data: unknown): ClientEvent | undefined {
  try {
    const event: unknown = JSON.parse(String(data))
    return Value.Check(ClientEvent, event) ? event : undefined
  } catch {
    return undefined
  }
}

/**
 * Keeps one event stream open while somebody is signed in and marks lists stale as events come.
 * `eventsource` is used for its custom fetch: the browser's own cannot send the bearer header.
 */
export function useLiveEvents() {
  const session = useSession()
  const cache = useQueryCache()
  let source: EventSource | undefined

  function receive(event: ClientEvent) {
    for (const key of staleKeys[event.type]) void cache.invalidateQueries({ key: [key] })
    if (event.type === 'message' || event.type === 'read' || event.type === 'orgs')
      void session.refresh().catch(() => undefined)
  }

  function open() {
    source?.close()
    source = new EventSource(`${clientApiPrefix}${streamEvents.path}`, {
      fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...authorisation() } }),
    })
    for (const type of eventTypes) {
      source.addEventListener(type, ({ data }: MessageEvent) => {
        const event = eventFrom(data)
        if (event) receive(event)
      })
    }
  }

  const stop = () => {
    source?.close()
    source = undefined
  }
  watch(
    () => session.token,
    (token) => (token ? open() : stop()),
    { immediate: true },
  )
  onScopeDispose(stop)
}
