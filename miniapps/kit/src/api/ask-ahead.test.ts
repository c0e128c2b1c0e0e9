import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askingAhead } from './ask-ahead.ts'

const asked: string[] = []
const line = async (url: RequestInfo | URL) => {
  asked.push(String(url))
  return new Response(String(asked.length))
}
const by = (token: string, method = 'GET') => ({ method, headers: { authorization: `Bearer ${token}` } })

beforeEach(() => {
  asked.length = 0
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

test('P26: what was asked ahead is taken once by the same question of the same session', async () => {
  const { fetch, begin } = askingAhead(line)
  begin('/api/me', 't')
  expect(await (await fetch('/api/me', by('t'))).text()).toBe('1')
  expect(asked).toHaveLength(1)
  expect(await (await fetch('/api/me', by('t'))).text()).toBe('2')
})

test.each([
  ['another session', '/api/me', by('u')],
  ['nobody', '/api/me', { method: 'GET' }],
  ['an act', '/api/me', by('t', 'PUT')],
  ['another question', '/api/you', by('t')],
])('P26: it is no answer to %s', async (_, url, how) => {
  const { fetch, begin } = askingAhead(line)
  begin('/api/me', 't')
  expect(await (await fetch(url, how)).text()).toBe('2')
})

test('P26: what nobody took is no answer later', async () => {
  const { fetch, begin } = askingAhead(line)
  begin('/api/me', 't')
  vi.advanceTimersByTime(10_000)
  expect(await (await fetch('/api/me', by('t'))).text()).toBe('2')
})

test('P26: a line that broke is told to who takes the answer, and to nobody else', async () => {
  const { fetch, begin } = askingAhead(() => Promise.reject(new TypeError('no network')))
  begin('/api/me', 't')
  await expect(fetch('/api/me', by('t'))).rejects.toThrow('no network')
})
