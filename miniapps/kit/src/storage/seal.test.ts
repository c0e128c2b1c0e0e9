import { afterEach, expect, it, vi } from 'vitest'
import { importKey } from './seal.ts'

const base64 = btoa('a key of thirty-two bytes, really')
const key32 = btoa('k'.repeat(32))
const other32 = btoa('o'.repeat(32))
const texts = ['', '36.5', '昨夜咳嗽 🤧', 'x'.repeat(20_000)]

/** As on a page that came without TLS. */
async function byScript<T>(work: () => Promise<T>): Promise<T> {
  const { getRandomValues } = crypto
  vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(crypto) })
  try {
    return await work()
  } finally {
    vi.unstubAllGlobals()
  }
}
afterEach(() => vi.unstubAllGlobals())

it('S-78: browser and library seal alike: what one has sealed the other opens', async () => {
  const [browser, library] = [await importKey(key32), await byScript(() => importKey(key32))]
  for (const text of texts) {
    expect(await library.open('here', await browser.seal('here', text))).toBe(text)
    expect(await browser.open('here', await library.seal('here', text))).toBe(text)
  }
})

it.each([
  ['the browser', () => importKey(key32), () => importKey(other32)],
  ['the library', () => byScript(() => importKey(key32)), () => byScript(() => importKey(other32))],
])(
  'S-78: sealed by %s nothing opens that was changed, moved, or is somebody else’s',
  async (_by, mine, theirs) => {
    const key = await mine()
    const sealed = await key.seal('here', texts[2] ?? '')
    expect(await key.open('here', sealed)).toBe(texts[2])
    expect(await key.seal('here', texts[2] ?? '')).not.toBe(sealed)
    expect(await key.open('there', sealed)).toBeNull()
    expect(await (await theirs()).open('here', sealed)).toBeNull()
    for (let at = 3; at < sealed.length; at += 1) {
      const changed = sealed[at] === 'A' ? 'B' : 'A'
      const text = await key.open('here', sealed.slice(0, at) + changed + sealed.slice(at + 1))
      // The last letters may hold bits that belong to no byte.
      if (text !== null) expect([text, at > sealed.length - 3]).toEqual([texts[2], true])
    }
    for (const odd of ['', 'v1.', 'v1.!!', 'v2.AAAA', texts[2] ?? ''])
      expect(await key.open('here', odd)).toBeNull()
  },
)

it('S-78: a key of the wrong length is none', async () => {
  await expect(importKey(base64)).rejects.toThrow()
})
