import { expect, it } from 'vitest'
import { batchSizeFor, isToldOfAll } from './told.ts'

const people = (count: number) => Array.from({ length: count }, (_, i) => `user${i}`)
const failed = (count: number) => people(count).map((userId) => ({ userId, reason: 'failed' }))

it.each([
  [100, 0, 0, 0, true],
  [101, 0, 0, 0, false],
  [1_000, 3, 40, 957, true],
  [1_000, 3, 40, 900, false],
])(
  'Z-33: of %i people %i failed, %i read, %i not: all told is %s',
  (sentTo, lost, read, unread, expected) => {
    const result = { failed: failed(lost), read: people(read), unread: people(unread) }
    expect(isToldOfAll(result, sentTo)).toBe(expected)
  },
)

it('Z-33: calls are large, unless what follows goes by who has read the card', () => {
  const off = { memberAfterMinutes: 60, headsAfterMinutes: 60 }
  const size = (more: object, most = 1_000) => batchSizeFor({ reminders: { ...off, ...more } }, most)
  expect([size({}), size({ smsAfterMinutes: 120 }), size({ mailAfterMinutes: 120 })]).toEqual([
    1_000, 100, 100,
  ])
  expect(size({ smsAfterMinutes: 120 }, 50)).toBe(50)
})
