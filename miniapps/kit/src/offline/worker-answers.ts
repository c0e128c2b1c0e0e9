const cachePrefix = 'kangbao:app:'
/** A line that says nothing for so long is treated as none: the page is here. */
const pageWithinMs = 4_000
const hostScript = /<script[^>]+src="(https?:\/\/[^"]+)"/

export interface WorkerDeps {
  /** Of this build; another build has another cache. */
  readonly name: string
  /** Built files below the scope, without the page itself. */
  readonly files: readonly string[]
  /** Address of the app, with a slash at the end. */
  readonly scope: string
  readonly caches: CacheStorage
  readonly fetch: (ask: RequestInfo | URL, how?: RequestInit) => Promise<Response>
}

/**
 * Keeps the built files of the app, so that it opens without a network. The page is asked of the server first:
 * whoever has a network always has the newest app, and the one kept here fits the files kept with it. What the server
 * says of people, everything below `/api`, is neither looked at nor kept (S-79).
 */
export function workerOf({ name, files, scope, caches, fetch }: WorkerDeps) {
  const cacheName = `${cachePrefix}${name}`
  /** Not an address anybody asks for: a page kept under its own would be taken for new. */
  const pageKey = `${scope}kept-page`
  const kept = () => caches.open(cacheName)

  async function keep(): Promise<void> {
    const cache = await kept()
    // Unhashed, so past every cache; the files lie in the browser's own cache and are not loaded twice.
    const page = await fetch(scope, { cache: 'no-store' })
    if (!page.ok) throw new Error('no page to keep')
    await cache.addAll(files.map((file) => `${scope}${file}`))
    await keepHostScript(cache, await page.clone().text())
    await cache.put(pageKey, page) // last: with it the app is whole
  }
  /** The host's script is another site's; without it the app would have to wait in vain for the host. */
  async function keepHostScript(cache: Cache, page: string): Promise<void> {
    const url = hostScript.exec(page)?.[1]
    if (!url) return
    const script = await fetch(url, { mode: 'no-cors' }).catch(() => null)
    if (script) await cache.put(url, script)
  }

  /** Of one app: others on this site have caches of their own. */
  async function forgetOlder(): Promise<void> {
    const app = cacheName.slice(0, cacheName.lastIndexOf(':') + 1)
    const older = (await caches.keys()).filter((other) => other.startsWith(app) && other !== cacheName)
    await Promise.all(older.map((other) => caches.delete(other)))
  }

  async function newPage(
    request: Request,
    preload: Promise<Response | undefined> | undefined,
  ): Promise<Response> {
    const reply = (await preload) ?? (await fetch(request))
    if (reply.status >= 500) throw new Error('nobody there')
    return reply
  }
  async function page(request: Request, preload?: Promise<Response | undefined>): Promise<Response> {
    const cache = await kept()
    const asked = newPage(request, preload)
    const silence = new Promise<null>((resolve) => setTimeout(() => resolve(null), pageWithinMs))
    const reply = await Promise.race([asked, silence]).catch(() => null)
    return reply ?? (await cache.match(pageKey)) ?? asked
  }
  async function file(request: Request): Promise<Response> {
    return (await (await kept()).match(request, { ignoreVary: true })) ?? fetch(request)
  }
  async function script(request: Request): Promise<Response> {
    try {
      return await fetch(request)
    } catch (cause) {
      const found = await (await kept()).match(request.url)
      if (!found) throw cause
      return found
    }
  }

  /** Null: none of the worker's business, the browser goes on as if there were none. */
  function answer(request: Request, preload?: Promise<Response | undefined>): Promise<Response> | null {
    if (request.method !== 'GET') return null
    if (request.mode === 'navigate' && request.url.startsWith(scope)) return page(request, preload)
    if (request.url.startsWith(`${scope}assets/`)) return file(request)
    const isElsewhere = new URL(request.url).origin !== new URL(scope).origin
    return isElsewhere && request.destination === 'script' ? script(request) : null
  }
  return { keep, forgetOlder, answer }
}
