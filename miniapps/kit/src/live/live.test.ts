import { PiniaColada, useQuery } from '@pinia/colada'
import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { LiveOptions } from './live-events.ts'
import { parseLiveEvent } from './live-events.ts'
import { keys } from './live-keys.ts'
import { useLive } from './use-live.ts'

function screen(open: (options: LiveOptions) => Promise<() => void>) {
  const read = vi.fn(() => Promise.resolve({ collected: read.mock.calls.length }))
  const other = vi.fn(() => Promise.resolve(0))
  const page = defineComponent({
    setup() {
      useLive(open)
      const mine = useQuery({ key: keys.completeness('f1', '2026-11-23'), query: read })
      useQuery({ key: keys.completeness('f2', '2026-11-23'), query: other })
      return () => h('p', mine.data.value?.collected)
    },
  })
  return { wrapper: mount(page, { global: { plugins: [createPinia(), PiniaColada] } }), read, other }
}
beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('Z-36: an event reads the numbers it names again, a burst of them once, and no others', async () => {
  let options: LiveOptions | undefined
  const { wrapper, read, other } = screen((given) => {
    options = given
    return Promise.resolve(() => undefined)
  })
  await flushPromises()
  options?.onOpen()
  for (let i = 0; i < 20; i += 1)
    options?.onEvent({ kind: 'completeness', formId: 'f1', period: '2026-11-23' })
  await vi.advanceTimersByTimeAsync(1000)
  expect(read).toHaveBeenCalledTimes(2)
  expect(other).toHaveBeenCalledTimes(1)
  expect(wrapper.text()).toBe('2')
})

it('Z-36: while the stream is down the numbers are read every 15 seconds; once it is up they are not', async () => {
  let options: LiveOptions | undefined
  const { read } = screen((given) => {
    options = given
    return Promise.resolve(() => undefined)
  })
  await flushPromises()
  await vi.advanceTimersByTimeAsync(16_000)
  expect(read).toHaveBeenCalledTimes(2)
  options?.onOpen()
  await vi.advanceTimersByTimeAsync(40_000)
  expect(read).toHaveBeenCalledTimes(2)
})

it('Z-36: leaving the page closes the stream', async () => {
  const close = vi.fn()
  const { wrapper } = screen(() => Promise.resolve(close))
  await flushPromises()
  wrapper.unmount()
  expect(close).toHaveBeenCalledOnce()
})

it.each([
  { text: '{"kind":"report","report":"health"}', known: true },
  { text: '{"kind":"weather"}', known: false },
  { text: 'not json', known: false },
])('reads $text', ({ text, known }) => {
  expect(parseLiveEvent(text) !== null).toBe(known)
})
