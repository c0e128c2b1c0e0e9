import { useQueryCache } from '@pinia/colada'
import { EventSource } from 'eventsource'
import { defineStore } from 'pinia'
import { onScopeDispose, ref, watch } from 'vue'
import { liveEvents, type LiveEvent } from '@kangbao/shared/contracts/live.ts'
import { apiBase } from '../api/api.ts'
import { readAnew } from '../api/read-anew.ts'
import { useSession } from '../sessions/session-store.ts'
import { staleAfter } from './stale-after.ts'

const gatherMs = 800
const tryAgainMs = 10_000

type Listener = (event: LiveEvent) => void

function isLiveEvent(value: unknown): value is LiveEvent {
  return typeof value === 'object' && value !== null && 'kind' in value
}

/** The server's word that something changed. Numbers on screen are then read again, at most about once a second. */
export const useLive = defineStore('live', () => {
  const session = useSession()
  const cache = useQueryCache()
  const state = ref<'off' | 'connecting' | 'on'>('off')
  const listeners = new Set<Listener>()
  const stale = new Map<string, readonly string[]>()
  let source: EventSource | undefined
  let gathering: ReturnType<typeof setTimeout> | undefined
  let waiting: ReturnType<typeof setTimeout> | undefined

  function take(event: LiveEvent): void {
    for (const listener of listeners) listener(event)
    for (const key of staleAfter(event)) stale.set(key.join('/'), key)
    gathering ??= setTimeout(refresh, gatherMs)
  }
  function refresh(): void {
    gathering = undefined
    for (const key of stale.values()) void readAnew(cache, [...key])
    stale.clear()
  }
  function close(): void {
    clearTimeout(waiting)
    source?.close()
    source = undefined
    state.value = 'off'
  }
  function open(): void {
    close()
    // The operator and viewers belong to no org, and the stream is an org's: those pages ask by themselves.
    if (!session.me?.org) return
    state.value = 'connecting'
    const opened = new EventSource(`${apiBase}${liveEvents.path}`, { fetch: withBearer })
    source = opened
    opened.addEventListener('open', () => (state.value = 'on'))
    opened.addEventListener('message', ({ data }) => {
      const event: unknown = JSON.parse(String(data))
      if (isLiveEvent(event)) take(event)
    })
    opened.addEventListener('error', () => {
      state.value = 'connecting'
      // A refusal ends the source for good; a lost line it mends by itself.
      if (opened.readyState === EventSource.CLOSED) waiting = setTimeout(open, tryAgainMs)
    })
  }
  /** The token is read at each (re)connection, so that a renewed session is used. */
  function withBearer(url: string | URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${session.token() ?? ''}`)
    return fetch(url, { ...init, headers })
  }

  watch(() => [session.me?.org?.id, session.me?.member?.id], open, { immediate: true })

  return { state, listeners, close }
})

/** Hears live events while the component is mounted. */
export function onLive(listener: Listener): void {
  const live = useLive()
  live.listeners.add(listener)
  onScopeDispose(() => live.listeners.delete(listener))
}
