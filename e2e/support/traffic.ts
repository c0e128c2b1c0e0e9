import type { BrowserContext, Frame, Page } from '@playwright/test'
import { figure } from '@kangbao/launcher/figure.ts'
import { unmasked } from '@kangbao/shared/identity/unmasked.ts'

/** What went over the wire in one journey, without what it carried. */
export interface Traffic {
  watch(context: BrowserContext): void
  /** Sites that belong to this journey, such as a hostile one it plays. */
  expectOrigin(origin: string): void
  /** Looks into the caches of pages still open; call it before they close. */
  lookIntoCaches(pages: readonly Page[]): Promise<void>
  /** Prints the figures; returns what must not have been. */
  judge(): string[]
}

/** @param ours the product’s own addresses; everything else is foreign. */
export function traffic(ours: readonly string[]): Traffic {
  const known = new Set(ours.map((url) => new URL(url).origin))
  const foreign = new Set<string>()
  const telling = new Set<string>()
  const cached = new Set<string>()
  let requests = 0
  let frames = 0

  async function cachedBy(frame: Frame): Promise<string[]> {
    frames += 1
    return frame
      .evaluate(async () => {
        if (!('caches' in globalThis)) return []
        const caches = await Promise.all(
          (await globalThis.caches.keys()).map((name) => globalThis.caches.open(name)),
        )
        return (await Promise.all(caches.map((cache) => cache.keys()))).flat().map(({ url }) => url)
      })
      .catch(() => []) // the frame went away, or keeps no caches
  }

  return {
    watch(context) {
      context.on('request', (request) => {
        const url = new URL(request.url())
        if (!url.protocol.startsWith('http')) return
        requests += 1
        if (!known.has(url.origin)) foreign.add(url.origin)
        for (const place of [request.url(), request.headers()['referer'] ?? ''])
          if (tellsOf(place)) telling.add(`${url.origin}${url.pathname}`)
      })
    },
    expectOrigin: (origin) => void known.add(origin),
    async lookIntoCaches(pages) {
      for (const page of pages)
        for (const frame of page.frames())
          for (const url of await cachedBy(frame))
            if (new URL(url).pathname.startsWith('/api/')) cached.add(url)
    },
    judge() {
      const left = [...foreign].filter((origin) => !known.has(origin))
      if (requests === 0) return []
      const zero = { target: '0' }
      figure({
        id: 'S-48',
        n: requests,
        value: telling.size,
        unit: 'hits in addresses',
        ...zero,
        ok: telling.size === 0,
      })
      figure({
        id: 'S-50',
        n: requests,
        value: left.length,
        unit: 'foreign origins',
        ...zero,
        ok: left.length === 0,
      })
      figure({
        id: 'S-79',
        n: frames,
        value: cached.size,
        unit: 'cached replies',
        ...zero,
        ok: cached.size === 0,
      })
      return [
        ...left.map((origin) => `S-50: asked ${origin}`),
        ...[...telling].map((place) => `S-48: an address told of a person or a session at ${place}`),
        ...[...cached].map((url) => `S-79: cached ${new URL(url).pathname}`),
      ]
    },
  }
}

/** Whether an address holds a phone, an ID number or a session. */
export function tellsOf(address: string): boolean {
  const text = decodeURIComponent(address.replace(/%(?![0-9a-f]{2})/gi, ''))
  return unmasked(text).length > 0 || /eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/.test(text)
}
