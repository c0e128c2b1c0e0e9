import { liveEvents, type LiveEvent } from '@kangbao/shared/contracts/live.ts'

const kinds: readonly LiveEvent['kind'][] = ['completeness', 'form', 'report', 'directory', 'export', 'run']

/** Reads what the server sent; null when it is not one of the kinds this app knows. */
export function parseLiveEvent(text: string): LiveEvent | null {
  try {
    const value: unknown = JSON.parse(text)
    const isKnown =
      typeof value === 'object' &&
      value !== null &&
      'kind' in value &&
      kinds.some((kind) => kind === value.kind)
    return isKnown ? (value as LiveEvent) : null // made by the server from the same schema
  } catch {
    return null
  }
}

export interface LiveOptions {
  readonly baseUrl: string
  readonly token: () => string | undefined
  readonly onEvent: (event: LiveEvent) => void
  /** The stream opened, perhaps again: whatever was missed meanwhile has to be read anew. */
  readonly onOpen: () => void
  readonly onLost: () => void
}

/** Opens the server's events; the library reconnects by itself. Returns the way to close them. */
export async function openLiveEvents(options: LiveOptions): Promise<() => void> {
  const { EventSource } = await import('eventsource')
  const source = new EventSource(`${options.baseUrl}${liveEvents.path}`, {
    // The browser's own EventSource cannot send a bearer token.
    fetch: (url, init) =>
      fetch(url, { ...init, headers: { ...init.headers, authorization: `Bearer ${options.token() ?? ''}` } }),
  })
  const receive = ({ data }: { data: unknown }) => {
    const event = typeof data === 'string' ? parseLiveEvent(data) : null
    if (event) options.onEvent(event)
  }
  source.addEventListener('message', receive)
  for (const kind of kinds) source.addEventListener(kind, receive)
  source.addEventListener('open', options.onOpen)
  source.addEventListener('error', options.onLost)
  return () => source.close()
}
