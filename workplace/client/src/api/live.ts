import { EventSource } from 'eventsource'
import { nextTick, onScopeDispose, watch } from 'vue'
import { useQueryCache } from '@pinia/colada'
import { Value } from 'typebox/value'
import { clientApiPrefix } from '@kangbao/workplace/contracts/contract.ts'
import { ClientEvent, streamEvents } from '@kangbao/workplace/contracts/messages.ts'
import { useSession } from '@/account/session.ts'
import { chance } from '@/kit/chance.ts'
import { authorisation } from './client.ts'
import { liveLine } from './live-line.ts'

const eventTypes = [
  'message',
  'conversations',
  'read',
  'ding',
  'todo',
  'workbench',
  'orgs',
  'account',
  'invitations',
  'directory',
  'import',
  'hello',
] as const

/** Lists that an event makes stale, by the first part of their query key. */
const staleKeys: Record<ClientEvent['type'], readonly string[]> = {
  // After a gap in the connection anything may have happened.
  hello: ['conversations', 'conversation', 'messages', 'group-members', 'dings', 'todos', 'team-invitations'],
  message: ['conversations', 'messages'],
  conversations: ['conversations', 'conversation', 'group-members', 'messages'],
  read: ['conversations'],
  ding: ['dings', 'ding-receivers'],
  todo: ['todos'],
  workbench: ['workbench', 'installed-apps'],
  orgs: ['conversations', 'org', 'join-requests', 'own-join-requests', 'certification'],
  account: ['my-sessions', 'own-join-requests'],
  invitations: ['team-invitations'],
  directory: ['departments', 'members', 'member', 'join-requests'],
  import: ['import'],
}

/** Events after which the person himself is read anew: unread counts, orgs and roles, name, an ended session. */
const refreshing: ReadonlySet<ClientEvent['type']> = new Set([
  'message',
  'conversations',
  'read',
  'orgs',
  'account',
  'hello',
])

function eventFrom(data: unknown): ClientEvent | undefined {
  try {
    const event: unknown = JSON.parse(String(data))
    return Value.Check(ClientEvent, event) ? event : undefined
  } catch {
    return undefined
  }
}

/** Everybody in the org hears of these at once, and is not to ask for the same list at once. */
const isForMany = (event: ClientEvent) =>
  event.type === 'message' && (event.kind === 'org' || event.kind === 'work')
const spreadMs = 1500

/**
 * Keeps one event stream open while somebody is signed in and marks lists stale as events come.
 * `eventsource` is used for its custom fetch: the browser's own cannot send the bearer header.
 */
export function useLiveEvents() {
  const session = useSession()
  const cache = useQueryCache()
  /** The first greeting of a stream comes with a page that has just read everything. */
  let wasGreeted = false
  const waiting = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let leaving: ReturnType<typeof setTimeout> | undefined

  // A list that cannot be read anew shows so itself.
  const stale = (key: string) => void cache.invalidateQueries({ key: [key] }).catch(() => undefined)
  const refresh = () => void session.refresh().catch(() => undefined)

  function receive(event: ClientEvent) {
    const isAgain = event.type === 'hello' && wasGreeted
    wasGreeted ||= event.type === 'hello'
    if (event.type === 'orgs' && event.isDissolved) leaveDissolved(event.orgId)
    else if (isForMany(event) || isAgain) later(event)
    else {
      staleKeys[event.type].forEach(stale)
      if (refreshing.has(event.type) && event.type !== 'hello') refresh()
    }
  }

  /** Out of the team first, each at a moment of his own; what is still on the screen then is of teams that are there. */
  function leaveDissolved(orgId: string) {
    session.noteDissolved(orgId)
    leaving = setTimeout(() => {
      void session
        .refresh()
        .then(() => nextTick())
        .then(() => staleKeys.orgs.forEach(stale))
        .catch(() => undefined)
    }, chance() * spreadMs)
  }

  /** The open chat at once; the lists everybody has, each at a moment of its own, and once for several events. */
  function later(event: ClientEvent) {
    for (const key of staleKeys[event.type]) {
      if (key === 'messages') stale(key)
      else waiting.add(key)
    }
    timer ??= setTimeout(() => {
      timer = undefined
      waiting.forEach(stale)
      waiting.clear()
      refresh()
    }, chance() * spreadMs)
  }

  const line = liveLine({
    connect: () =>
      new EventSource(`${clientApiPrefix}${streamEvents.path}`, {
        fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, ...authorisation() } }),
      }),
    types: eventTypes,
    receive(data) {
      const event = eventFrom(data)
      if (event) receive(event)
    },
    refused: refresh, // which signs out
  })
  const stop = () => {
    clearTimeout(timer)
    clearTimeout(leaving)
    timer = undefined
    line.close()
  }
  watch(
    () => session.token,
    (token) => {
      stop()
      wasGreeted = false
      if (token) line.open()
    },
    { immediate: true },
  )
  onScopeDispose(stop)
}
