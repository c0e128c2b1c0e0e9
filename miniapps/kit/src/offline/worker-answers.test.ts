import { expect, it, vi } from 'vitest'
import { workerOf } from './worker-answers.ts'

const scope = 'https://kangbao.test/m/forms/'
const shim = 'https://workplace.test/shim.js'
const pageText = `<html><script src="${shim}"></script></html>`

/** The browser's caches, as far as a worker uses them. */
function memoryCaches() {
  const all = new Map<string, Map<string, Response>>()
  const urlOf = (ask: RequestInfo | URL) => (ask instanceof Request ? ask.url : String(ask))
  function cacheOf(name: string, fetch: (url: string) => Promise<Response>) {
    const kept = all.get(name) ?? new Map<string, Response>()
    all.set(name, kept)
    return {
      match: async (ask: RequestInfo | URL) => kept.get(urlOf(ask))?.clone(),
      put: async (ask: RequestInfo | URL, reply: Response) => void kept.set(urlOf(ask), reply),
      async addAll(asks: readonly string[]) {
        for (const ask of asks) kept.set(ask, await fetch(ask))
      },
    }
  }
  return { all, cacheOf }
}

/** A phone with a worker of one build, and a network that is what the test says. */
function phone() {
  const { all, cacheOf } = memoryCaches()
  const asked: string[] = []
  const net = { answer: async (_url: string): Promise<Response> => new Response('new') }
  const ask = (what: RequestInfo | URL) => {
    const url = what instanceof Request ? what.url : String(what)
    asked.push(url)
    return net.answer(url)
  }
  const caches = {
    open: async (name: string) => cacheOf(name, ask),
    keys: async () => [...all.keys()],
    delete: async (name: string) => all.delete(name),
  } as unknown as CacheStorage // only what a worker calls
  const install = (name: string) =>
    workerOf({ name: `forms:${name}`, files: ['assets/a.js', 'assets/b.css'], scope, caches, fetch: ask })
  return { install, net, asked, all }
}
const served = async (url: string) => new Response(url === scope ? pageText : `of ${url}`)
const gone = () => Promise.reject(new TypeError('no network'))
/** A request as a browser makes it; scripts cannot make one that navigates. */
function request(url: string, kind: Partial<Pick<Request, 'mode' | 'destination' | 'method'>> = {}): Request {
  return Object.defineProperties(
    new Request(url),
    Object.fromEntries(Object.entries(kind).map(([name, value]) => [name, { value }])),
  )
}
const opening = () => request(`${scope}fill/f1?corpId=c1`, { mode: 'navigate' })
const textOf = async (reply: Promise<Response> | null) => (await reply)?.text()

it('X-10: with a network the page is the newest; without one it is the one kept, whatever its address', async () => {
  const { install, net } = phone()
  net.answer = served
  const worker = install('1')
  await worker.keep()
  net.answer = async () => new Response('a newer page')
  expect(await textOf(worker.answer(opening()))).toBe('a newer page')
  net.answer = gone
  expect(await textOf(worker.answer(opening()))).toBe(pageText)
  net.answer = async () => new Response('gateway', { status: 502 })
  expect(await textOf(worker.answer(opening()))).toBe(pageText)
})

it('X-10: a line that says nothing is none', async () => {
  vi.useFakeTimers()
  const { install, net } = phone()
  net.answer = served
  const worker = install('1')
  await worker.keep()
  net.answer = () => new Promise(() => undefined)
  const page = textOf(worker.answer(opening()))
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await page).toBe(pageText)
  vi.useRealTimers()
})

it('X-10: files come from the phone, others from the network, and the host’s script from where it can', async () => {
  const { install, net, asked } = phone()
  net.answer = served
  const worker = install('1')
  await worker.keep()
  asked.length = 0
  expect(await textOf(worker.answer(request(`${scope}assets/a.js`)))).toBe(`of ${scope}assets/a.js`)
  expect(asked).toEqual([])
  expect(await textOf(worker.answer(request(`${scope}assets/of-managing.js`)))).toContain('of-managing')
  net.answer = gone
  expect(await textOf(worker.answer(request(shim, { destination: 'script' })))).toBe(`of ${shim}`)
  await expect(worker.answer(request(`${scope}assets/of-managing.js`))).rejects.toThrow()
})

it('S-79: what the server says of people is neither looked at nor kept', async () => {
  const { install, net, all } = phone()
  net.answer = served
  const worker = install('1')
  await worker.keep()
  for (const url of ['/api/my/forms', '/api/forms/f1/filling', '/m/forms/sw.js', '/m/health-report/'])
    expect(worker.answer(request(`https://kangbao.test${url}`))).toBeNull()
  expect(worker.answer(request(`${scope}assets/a.js`, { method: 'POST' }))).toBeNull()
  await worker.answer(opening())
  const kept = [...all.values()].flatMap((cache) => [...cache.keys()])
  expect(kept.toSorted()).toEqual(
    [shim, `${scope}kept-page`, `${scope}assets/a.js`, `${scope}assets/b.css`].toSorted(),
  )
})

it('X-10: a build that does not come whole is not used; a new one takes the place of the old, of this app only', async () => {
  const { install, net, all } = phone()
  net.answer = served
  await install('1').keep()
  all.set('kangbao:app:other:1', new Map())
  net.answer = async (url) => (url.endsWith('.css') ? gone() : served(url))
  await expect(install('2').keep()).rejects.toThrow()
  net.answer = async () => new Response('gateway', { status: 502 })
  await expect(install('2').keep()).rejects.toThrow('no page')
  net.answer = served
  const next = install('2')
  await next.keep()
  await next.forgetOlder()
  expect([...all.keys()].toSorted()).toEqual(['kangbao:app:forms:2', 'kangbao:app:other:1'])
})
