import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { liveLine, type Source } from './live-line.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

interface FakeSource extends Source {
  readyState: number
  say(type: string, event?: { data?: unknown; code?: number }): void
}

function fakeSource(): FakeSource {
  const listeners: { type: string; listener: Parameters<Source['addEventListener']>[1] }[] = []
  const source: FakeSource = {
    readyState: 1,
    addEventListener: (type, listener) => void listeners.push({ type, listener }),
    close: () => void (source.readyState = 2),
    say(type, event = {}) {
      for (const each of listeners) if (each.type === type) each.listener(event)
    },
  }
  return source
}

function begun() {
  const sources: FakeSource[] = []
  const heard: unknown[] = []
  const refused = vi.fn()
  const line = liveLine({
    connect: () => {
      const source = fakeSource()
      sources.push(source)
      return source
    },
    types: ['message'],
    receive: (data) => heard.push(data),
    refused,
  })
  line.open()
  const newest = () => {
    const source = sources.at(-1)
    if (!source) throw new Error('not connected')
    return source
  }
  const end = (code?: number) => {
    newest().readyState = 2
    newest().say('error', code === undefined ? {} : { code })
  }
  return { line, sources, heard, refused, newest, end }
}

it('Z-08: an answer that is no stream is asked for again, later and later, a minute and a half at most', () => {
  const { sources, end } = begun()
  const waits: number[] = []
  for (let attempt = 0; attempt < 9; attempt += 1) {
    const from = Date.now()
    end(503)
    const before = sources.length
    while (sources.length === before) vi.advanceTimersByTime(100)
    waits.push(Date.now() - from)
  }
  expect(waits[0]).toBeLessThanOrEqual(1600)
  expect(waits.at(-1)).toBeGreaterThanOrEqual(30_000)
  expect(Math.max(...waits)).toBeLessThanOrEqual(90_100)
})

it('Z-08: what was heard begins the waits anew; a cut the source mends itself is left to it', () => {
  const { sources, heard, newest, end } = begun()
  for (let attempt = 0; attempt < 6; attempt += 1) {
    end(503)
    vi.advanceTimersByTime(90_000)
  }
  newest().say('message', { data: 'one' })
  expect(heard).toEqual(['one'])
  const before = sources.length
  end(503)
  vi.advanceTimersByTime(1600)
  expect(sources.length).toBe(before + 1)
  newest().readyState = 0
  newest().say('error')
  vi.advanceTimersByTime(5000)
  expect(sources.length).toBe(before + 1)
})

it('Z-08: a line that says nothing for over a minute is dead; one that beats is not', () => {
  const { sources, newest } = begun()
  for (let beat = 0; beat < 10; beat += 1) {
    vi.advanceTimersByTime(25_000)
    newest().say('beat')
  }
  expect(sources.length).toBe(1)
  vi.advanceTimersByTime(85_000)
  expect(sources.length).toBe(2)
  expect(sources[0]?.readyState).toBe(2)
})

it('Z-08: an ended session is told, and not asked for again; a closed line stays closed', () => {
  const { line, sources, refused, end } = begun()
  end(401)
  vi.advanceTimersByTime(120_000)
  expect([refused.mock.calls.length, sources.length]).toEqual([1, 1])
  line.close()
  end(503)
  vi.advanceTimersByTime(300_000)
  expect(sources.length).toBe(1)
})
