import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

// Layout: format byte, 7 random bytes, then chunks of 64 KiB, each followed by its tag. A chunk's nonce is the random
// bytes, its number and whether it is the last (the STREAM construction): chunks cannot be swapped, left out or cut
// off, and any one can be opened by itself, which is what a range asks for.
const formatByte = 1
const saltBytes = 7
const headerBytes = 1 + saltBytes
const tagBytes = 16
const chunkBytes = 64 * 1024
const sealedChunkBytes = chunkBytes + tagBytes

/** A new key for one file. */
export const newContentKey = (): Buffer => randomBytes(32)

/** A key per part of a file, so that no two streams share one. */
const partKey = (contentKey: Buffer, part: string): Buffer =>
  Buffer.from(hkdfSync('sha256', contentKey, 'kangbao', `file:${part}`, 32))

function nonceOf(salt: Buffer, number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  salt.copy(nonce)
  nonce.writeUInt32BE(number, saltBytes)
  nonce[11] = isLast ? 1 : 0
  return nonce
}

/** How many bytes a content of so many takes when it is sealed. */
export const sealedLength = (length: number): number =>
  headerBytes + length + Math.max(1, Math.ceil(length / chunkBytes)) * tagBytes

/** Seals a stream as it passes; the memory it takes does not grow with the stream. */
export async function* sealStream(
  contentKey: Buffer,
  part: string,
  bytes: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const key = partKey(contentKey, part)
  const salt = randomBytes(saltBytes)
  yield Buffer.concat([Buffer.from([formatByte]), salt])
  let number = 0
  const seal = (chunk: Buffer, isLast: boolean) => {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(salt, number++, isLast))
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()])
  }
  let held = Buffer.alloc(0)
  for await (const piece of bytes) {
    held = held.length === 0 ? Buffer.from(piece) : Buffer.concat([held, piece])
    // The last chunk is marked as such, so a full one waits until more has come.
    while (held.length > chunkBytes) {
      yield seal(held.subarray(0, chunkBytes), false)
      held = held.subarray(chunkBytes)
    }
  }
  yield seal(held, true)
}

export interface SealedRange {
  readonly contentKey: Buffer
  readonly part: string
  /** Length of the whole content, in bytes. */
  readonly length: number
  readonly start: number
  /** Behind the last byte wanted. */
  readonly end: number
  /** Reads sealed bytes from the store. */
  readonly read: (range: { start: number; end: number }) => AsyncIterable<Buffer>
}

/**
 * Opens a part of a sealed stream.
 * @throws Error when a chunk was changed, moved or is missing.
 */
export async function* openRange(range: SealedRange): AsyncGenerator<Buffer> {
  const key = partKey(range.contentKey, range.part)
  const lastChunk = Math.max(0, Math.ceil(range.length / chunkBytes) - 1)
  const from = Math.min(lastChunk, Math.floor(range.start / chunkBytes))
  const to = Math.min(lastChunk, Math.floor(Math.max(range.start, range.end - 1) / chunkBytes))
  const header = await collected(range.read({ start: 0, end: headerBytes }))
  if (header.length !== headerBytes || header[0] !== formatByte)
    throw new Error('the sealed file has no header')
  const salt = header.subarray(1)
  const sealedEnd = headerBytes + range.length + (lastChunk + 1) * tagBytes
  const wanted = {
    start: headerBytes + from * sealedChunkBytes,
    end: Math.min(sealedEnd, headerBytes + (to + 1) * sealedChunkBytes),
  }
  let number = from
  for await (const sealed of inSizes(range.read(wanted), sealedChunkBytes)) {
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(salt, number, number === lastChunk))
    decipher.setAuthTag(sealed.subarray(-tagBytes))
    const chunk = Buffer.concat([decipher.update(sealed.subarray(0, -tagBytes)), decipher.final()])
    const offset = number * chunkBytes
    yield chunk.subarray(Math.max(0, range.start - offset), Math.max(0, range.end - offset))
    number += 1
  }
  if (number !== to + 1) throw new Error('the sealed file is cut off')
}

async function* inSizes(bytes: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  let held = Buffer.alloc(0)
  for await (const piece of bytes) {
    held = held.length === 0 ? Buffer.from(piece) : Buffer.concat([held, piece])
    while (held.length >= size) {
      yield held.subarray(0, size)
      held = held.subarray(size)
    }
  }
  if (held.length > 0) yield held
}

/** All bytes of a stream, for those that are known to be small. */
export async function collected(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for await (const piece of bytes) pieces.push(piece)
  return Buffer.concat(pieces)
}
