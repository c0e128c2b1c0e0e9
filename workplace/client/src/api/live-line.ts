import { chance } from '@/kit/chance.ts'

/** What we use of an event source; the one of `eventsource` tells the status that ended it. */
export interface Source {
  readonly readyState: number
  addEventListener(
    type: string,
    listener: (event: { data?: unknown; code?: number | undefined }) => void,
  ): void
  close(): void
}

const closed = 2
/** The server says every 25 s that it is there; after this the line is dead, whatever the browser thinks. */
const silentMs = 70_000
const lookMs = 10_000
const [firstWaitMs, longestWaitMs] = [1000, 60_000]

export interface Line {
  open(): void
  close(): void
}

/**
 * Keeps an event source open. By itself it comes back after a cut; it does not after an answer that is no stream (a proxy
 * whose server restarts), nor notice a line that died without a word (a phone that slept). Waits grow, and differ from
 * one person to the next: a server that comes back is not met by everybody at once.
 */
export function liveLine(given: {
  connect(): Source
  types: readonly string[]
  receive(data: unknown): void
  /** The server knows the session no more. */
  refused(): void
}): Line {
  let source: Source | undefined
  let attempts = 0
  let heardAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let watchdog: ReturnType<typeof setInterval> | undefined

  function connect() {
    source?.close()
    const own = given.connect()
    source = own
    heardAt = Date.now()
    const heard = () => {
      heardAt = Date.now()
      attempts = 0
    }
    own.addEventListener('beat', heard)
    for (const type of given.types)
      own.addEventListener(type, ({ data }) => {
        heard()
        given.receive(data)
      })
    own.addEventListener('error', ({ code }) => {
      if (source !== own || own.readyState !== closed) return
      if (code === 401) given.refused()
      else again()
    })
  }

  function again() {
    clearTimeout(timer)
    const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** attempts)
    attempts += 1
    timer = setTimeout(connect, wait * (0.5 + chance()))
  }

  return {
    open() {
      connect()
      clearInterval(watchdog)
      watchdog = setInterval(() => {
        if (source?.readyState !== closed && Date.now() - heardAt > silentMs) connect()
      }, lookMs)
    },
    close() {
      clearTimeout(timer)
      clearInterval(watchdog)
      source?.close()
      source = undefined
    },
  }
}
