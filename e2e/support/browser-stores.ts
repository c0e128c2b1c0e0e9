import type { BrowserContext, Frame } from '@playwright/test'

/** Everything the pages of a browser keep on the device, as text: each frame's own and its origin's. */
export async function browserStores(context: BrowserContext): Promise<string> {
  const frames = context.pages().flatMap((page) => page.frames())
  const kept = await Promise.all(frames.filter((frame) => frame.url().startsWith('http')).map(storesOf))
  const { cookies } = await context.storageState({ indexedDB: true })
  return [...kept, JSON.stringify(cookies)].join('\n')
}

async function storesOf(frame: Frame): Promise<string> {
  return frame.evaluate(async () => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(new Error('IndexedDB')))
      })
    const found: unknown[] = [{ ...localStorage }, { ...sessionStorage }, document.cookie]
    for (const { name } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name ?? ''))
      for (const store of database.objectStoreNames)
        found.push(await settled(database.transaction(store).objectStore(store).getAll()))
      database.close()
    }
    // None on pages without TLS.
    for (const name of 'caches' in globalThis ? await caches.keys() : []) {
      const cache = await caches.open(name)
      for (const request of await cache.keys())
        found.push(request.url, await (await cache.match(request))?.text())
    }
    return JSON.stringify(found)
  })
}
