/** Long enough for a slow line, too short for an answer to be of another time when it is taken. */
const keptForMs = 10_000
const waitsMs = 15_000

/**
 * What the first page will ask, asked before the page is built: the answers come while it is (P26). Each is taken once,
 * by the same question of the same session; whatever came of it, a refusal too, is then that question's answer.
 */
export function askingAhead(plain: typeof fetch): {
  readonly fetch: typeof fetch
  /** @param url as the page itself will ask; @param token the session's. */
  readonly begin: (url: string, token: string) => void
} {
  const begun = new Map<string, Promise<Response>>()
  const nameOf = (url: string, bearer: string) => `${bearer} ${url}`

  function begin(url: string, token: string): void {
    const authorization = `Bearer ${token}`
    const name = nameOf(url, authorization)
    const headers = { accept: 'application/json', authorization }
    const reply = plain(url, { headers, signal: AbortSignal.timeout(waitsMs) })
    reply.catch(() => undefined) // told to who takes it, if anybody does
    begun.set(name, reply)
    setTimeout(() => begun.delete(name), keptForMs)
  }
  const fetch: typeof globalThis.fetch = (ask, how) => {
    if (begun.size === 0 || how?.method !== 'GET') return plain(ask, how)
    const name = nameOf(String(ask), new Headers(how.headers).get('authorization') ?? '')
    const reply = begun.get(name)
    begun.delete(name)
    return reply ?? plain(ask, how)
  }
  return { fetch, begin }
}
