import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { collected, newContentKey, openRange, sealStream } from './sealed-stream.ts'

const key = newContentKey()
const chunk = 64 * 1024
const sealed = (bytes: Buffer, part = 'content', pieces = 10_000) =>
  collected(sealStream(key, part, inPieces(bytes, pieces)))

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

function open(stored: Buffer, length: number, range: { start?: number; end?: number; part?: string } = {}) {
  const { start = 0, end = length, part = 'content' } = range
  const read = (wanted: { start: number; end: number }) =>
    inPieces(stored.subarray(wanted.start, wanted.end), 7_777)
  return collected(openRange({ contentKey: key, part, length, start, end, read }))
}

describe('X-06: a sealed stream', () => {
  it.each([0, 1, 100, chunk - 1, chunk, chunk + 1, 3 * chunk, 3 * chunk + 17])(
    'of %i bytes opens as it was',
    async (length) => {
      const bytes = randomBytes(length)
      const stored = await sealed(bytes)
      expect((await open(stored, length)).equals(bytes)).toBe(true)
      expect(length < 32 || !stored.includes(bytes.subarray(0, 32))).toBe(true)
    },
  )

  it('opens any range by itself', async () => {
    const bytes = randomBytes(5 * chunk + 321)
    const stored = await sealed(bytes, 'content', 70_000)
    for (const [start, end] of [
      [0, 1],
      [chunk - 1, chunk + 1],
      [chunk, 2 * chunk],
      [4 * chunk, bytes.length],
      [123_456, 234_567],
    ] as const)
      expect((await open(stored, bytes.length, { start, end })).equals(bytes.subarray(start, end))).toBe(true)
  })

  it('does not open changed, cut off, with chunks swapped, under another name or another key', async () => {
    const length = 3 * chunk
    const stored = await sealed(randomBytes(length))
    const step = chunk + 16
    const flipped = Buffer.from(stored)
    flipped[20_000] = (flipped[20_000] ?? 0) ^ 1
    const swapped = Buffer.concat([
      stored.subarray(0, 8),
      stored.subarray(8 + step, 8 + 2 * step),
      stored.subarray(8, 8 + step),
      stored.subarray(8 + 2 * step),
    ])
    await expect(open(flipped, length)).rejects.toThrow()
    await expect(open(swapped, length)).rejects.toThrow()
    await expect(open(stored.subarray(0, 8 + 2 * step), length)).rejects.toThrow('cut off')
    // Told to be shorter than it is: its second chunk is not marked as the last.
    await expect(open(stored.subarray(0, 8 + 2 * step), 2 * chunk)).rejects.toThrow()
    await expect(open(stored, length, { part: 'thumbnail' })).rejects.toThrow()
    await expect(
      collected(
        openRange({
          contentKey: newContentKey(),
          part: 'content',
          length,
          start: 0,
          end: length,
          read: (r) => inPieces(stored.subarray(r.start, r.end), 999),
        }),
      ),
    ).rejects.toThrow()
  })
})
