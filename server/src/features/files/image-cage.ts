import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { CageBroken, inCage } from '@kangbao/cage/cage.ts'
import { turns } from '@kangbao/cage/turns.ts'
import { maxPixels } from '@kangbao/shared/contracts/files.ts'
import { AppError } from '../../errors.ts'
import { imageSize } from '@kangbao/shared/pictures/image-size.ts'

const mebibyte = 1024 * 1024
// A picture of forty million pixels takes 120 MB decoded, and as much again while it is turned upright.
const limits = {
  timeMs: 20_000,
  memoryBytes: 512 * mebibyte,
  heapMebibytes: 128,
  outputBytes: 64 * mebibyte,
}
const inTurn = turns(2, 32, () => new AppError('server.overloaded'))

const Head = Type.Object({
  width: Type.Integer(),
  height: Type.Integer(),
  contentBytes: Type.Integer(),
  thumbnailBytes: Type.Integer(),
})

export interface DrawnImage {
  readonly width: number
  readonly height: number
  readonly content: Buffer
  /** WebP. */
  readonly thumbnail: Buffer
}

/**
 * A picture drawn anew, with a thumbnail, by a process with limits of time and memory; two at a time.
 * @throws AppError `file.unreadable`, `file.too-many-pixels`, `server.overloaded` when too many wait.
 */
export async function drawnAnew(bytes: Buffer): Promise<DrawnImage> {
  const size = imageSize(bytes)
  if (size === null || size.width === 0 || size.height === 0) throw new AppError('file.unreadable')
  if (size.width * size.height > maxPixels) throw new AppError('file.too-many-pixels', { maxPixels, ...size })
  return inTurn(async () => {
    try {
      const given = { beside: import.meta.url, args: [String(maxPixels)], input: bytes, limits }
      return asDrawn(await inCage('image-cage.child', given))
    } catch (error) {
      if (error instanceof CageBroken) throw new AppError('file.unreadable', {}, { cause: error })
      throw error
    }
  })
}

function asDrawn(answer: Buffer): DrawnImage {
  const headEnd = 4 + answer.readUInt32BE(0)
  const head = Value.Parse(Head, JSON.parse(answer.toString('utf8', 4, headEnd)))
  const contentEnd = headEnd + head.contentBytes
  return {
    width: head.width,
    height: head.height,
    content: answer.subarray(headEnd, contentEnd),
    thumbnail: answer.subarray(contentEnd, contentEnd + head.thumbnailBytes),
  }
}
