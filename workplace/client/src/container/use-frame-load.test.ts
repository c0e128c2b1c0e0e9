import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { useFrameLoad } from './use-frame-load.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const begun = () => {
  const load = effectScope().run(useFrameLoad)
  if (!load) throw new Error('no scope')
  load.begin()
  return load
}

it('Z-08: a page that does not come is slow after a while, and not any more once it comes', () => {
  const load = begun()
  vi.advanceTimersByTime(11_000)
  expect(load.trouble.value).toBeNull()
  vi.advanceTimersByTime(2_000)
  expect([load.trouble.value, load.isLoading.value]).toEqual(['slow', true])
  load.spoke()
  load.loaded()
  vi.advanceTimersByTime(60_000)
  expect([load.trouble.value, load.isLoading.value]).toEqual([null, false])
})

it('Z-08: a page that comes and says nothing is silent; its first word ends that', () => {
  const load = begun()
  load.loaded()
  vi.advanceTimersByTime(7_000)
  expect(load.trouble.value).toBe('silent')
  load.spoke()
  expect(load.trouble.value).toBeNull()
})

it('who rather waits is asked again later, and a reload begins anew', () => {
  const load = begun()
  vi.advanceTimersByTime(13_000)
  load.wait()
  expect(load.trouble.value).toBeNull()
  vi.advanceTimersByTime(13_000)
  expect(load.trouble.value).toBe('slow')
  load.begin()
  expect([load.trouble.value, load.isLoading.value]).toEqual([null, true])
})

it('Z-08: nobody is there to hear before the first word of a page, and of each page after it', () => {
  const load = begun()
  load.loaded()
  expect(load.hears()).toBe(false)
  load.spoke()
  expect(load.hears()).toBe(true)
  load.begin()
  expect(load.hears()).toBe(false)
})
