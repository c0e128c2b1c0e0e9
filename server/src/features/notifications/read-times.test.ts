import { expect, it } from 'vitest'
import { nextReadAt } from './read-times.ts'

const sentAt = Date.parse('2026-03-02T09:00:00Z')
const at = (minutes: number) => sentAt + minutes * 60_000

it.each([
  [0, 10],
  [1, 10],
  [10, 30],
  [29, 30],
  [31, 120],
  [479, 480],
  [480, 1410],
])('Z-33: %i minutes after the send, reads are asked for at minute %i', (now, next) => {
  expect(nextReadAt(sentAt, at(now))).toBe(at(next))
})

it('Z-33: nothing is asked when the platform has forgotten, and the last time is before that', () => {
  expect(nextReadAt(sentAt, at(1410))).toBeNull()
  expect(nextReadAt(sentAt, at(100_000))).toBeNull()
  let asked = 0
  let last = sentAt
  for (let next = nextReadAt(sentAt, last); next !== null; next = nextReadAt(sentAt, last)) {
    asked += 1
    last = next
  }
  expect(asked).toBe(5)
  expect(last - sentAt).toBeLessThan(24 * 3_600_000)
})
