import { describe, expect, it } from 'vitest'
import { tableWindow } from './table-window.ts'

const view = (scrollTop: number) => ({ scrollTop, height: 480 })

describe('the rows that are drawn', () => {
  it.each([
    { name: 'all of a short list', count: 12, scrollTop: 0, start: 0, end: 12 },
    { name: 'the first of a long one', count: 10_000, scrollTop: 0, start: 0, end: 40 },
    { name: 'some around the middle', count: 10_000, scrollTop: 48 * 5_000, start: 4_992, end: 5_032 },
    { name: 'the last, never past the end', count: 10_000, scrollTop: 48 * 9_990, start: 9_960, end: 10_000 },
  ])('$name', ({ count, scrollTop, start, end }) => {
    const shown = tableWindow(count, 48, view(scrollTop))
    expect([shown.start, shown.end]).toEqual([start, end])
    expect(shown.before + (end - start) * 48 + shown.after).toBe(count * 48)
  })
})
