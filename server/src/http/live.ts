import pg from 'pg'
import type { Logger } from 'pino'
import type { LiveEvent } from '@kangbao/shared/contracts/live.ts'
import type { Database } from '../db/database.ts'

type Listener = (event: LiveEvent) => void

/** Tells open screens of an org that something changed, over all processes. Ids only; a lost event costs a moment. */
export interface Live {
  /** Told at most a few times a second per thing, after the change is committed. */
  publish(orgId: string, event: LiveEvent): void
  subscribe(orgId: string, listener: Listener): () => void
  close(): Promise<void>
}

const channel = 'live'
const gatherMs = 150

/** Live events over PostgreSQL's LISTEN and NOTIFY, which both queue back ends have at hand. */
export function postgresLive(url: string, database: Database, log: Logger): Live {
  const listenersByOrg = new Map<string, Set<Listener>>()
  const gathered = new Map<string, { orgId: string; event: LiveEvent }>()
  let timer: NodeJS.Timeout | null = null
  let client: pg.Client | null = null
  let isClosed = false

  async function listen(): Promise<void> {
    const next = new pg.Client({ connectionString: url, application_name: 'kangbao-live' })
    next.on('notification', ({ payload }) => deliver(payload ?? ''))
    next.on('error', () => again())
    next.on('end', () => again())
    client = next
    await next.connect()
    await next.query(`listen ${channel}`)
  }

  function again() {
    if (isClosed || client === null) return
    client = null
    setTimeout(() => {
      if (isClosed) return
      listen().catch((error: unknown) => {
        log.warn({ err: error }, 'live events: no connection; trying again')
        again()
      })
    }, 1_000).unref()
  }

  function deliver(payload: string) {
    const { orgId, event } = JSON.parse(payload) as { orgId: string; event: LiveEvent } // written by flush below
    for (const listener of listenersByOrg.get(orgId) ?? []) listener(event)
  }

  function flush() {
    timer = null
    const payloads = [...gathered.values()].map((each) => JSON.stringify(each))
    gathered.clear()
    database.pool
      .query(`select pg_notify('${channel}', payload) from unnest($1::text[]) as payload`, [payloads])
      .catch((error: unknown) => log.warn({ err: error }, 'live events not told'))
  }

  let isListening = false
  return {
    publish(orgId, event) {
      gathered.set(`${orgId} ${JSON.stringify(event)}`, { orgId, event })
      timer ??= setTimeout(flush, gatherMs)
    },
    subscribe(orgId, listener) {
      if (!isListening) {
        isListening = true
        listen().catch(() => again())
      }
      const listeners = listenersByOrg.get(orgId) ?? new Set()
      listenersByOrg.set(orgId, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) listenersByOrg.delete(orgId)
      }
    },
    async close() {
      isClosed = true
      if (timer) clearTimeout(timer)
      const open = client
      client = null
      await open?.end().catch(() => undefined)
    },
  }
}
