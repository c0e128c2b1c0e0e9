import { createHash } from 'node:crypto'
import { filePurposes, type FilePurpose, type MediaType } from '@kangbao/shared/contracts/files.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { ScanVerdict } from '../../ports/virus-scanner.ts'
import { opened, store, streamOf, type StoredPart } from './content.ts'
import { headBytes, isImage, sniffedType } from './file-kinds.ts'
import { drawnAnew } from './image-cage.ts'
import { collected } from './sealed-stream.ts'

export interface Incoming {
  readonly orgId: string
  readonly fileId: string
  readonly key: Buffer
  readonly purpose: FilePurpose
  readonly bytes: AsyncIterable<Buffer>
}

/** What an arrival has become. */
export interface Taken {
  readonly type: MediaType
  /** Of malware, by the scanner; null when there is none. */
  readonly finding: string | null
  readonly contentBytes: number
  readonly thumbnailBytes: number
  readonly width: number | null
  readonly height: number | null
  readonly digest: Buffer
}

/**
 * Takes a file in as it streams: what it is by its first bytes, sealed to the store as it comes, then the scanner, then,
 * for a picture, drawn anew. Nothing readable touches the disk.
 * @throws AppError with what is wrong with the file; what was stored by then is the caller's to remove.
 */
export async function takeIn(deps: Deps, incoming: Incoming): Promise<Taken> {
  const { orgId, fileId, key, purpose } = incoming
  const { head, rest } = await beginning(incoming.bytes)
  if (head.length === 0) throw new AppError('file.empty')
  const type = await sniffedType(head, purpose)
  const place = { orgId, fileId, part: isImage(type) ? 'arrival' : 'content' } as const
  const meter = metered(rest, filePurposes[purpose].maxBytes)
  await store(deps.files, place, key, meter.bytes)
  const arrived = { place, key, length: meter.length() }
  const verdict = await scanned(deps, arrived)
  const asItCame = {
    type,
    finding: verdict.isClean ? null : verdict.finding,
    contentBytes: arrived.length,
    thumbnailBytes: 0,
    width: null,
    height: null,
    digest: meter.digest(),
  }
  return isImage(type) && verdict.isClean ? asPicture(deps, arrived, asItCame) : asItCame
}

/** The first bytes, and a stream that begins with them again. */
async function beginning(bytes: AsyncIterable<Buffer>) {
  const iterator = bytes[Symbol.asyncIterator]()
  const pieces: Buffer[] = []
  let length = 0
  let isDone = false
  while (length < headBytes && !isDone) {
    const next = await iterator.next()
    if (next.done) isDone = true
    else {
      pieces.push(next.value)
      length += next.value.length
    }
  }
  async function* rest() {
    yield* pieces
    if (!isDone) yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { head: Buffer.concat(pieces).subarray(0, headBytes), rest: rest() }
}

/** Counts and digests a stream as it passes, and ends it at the limit. */
function metered(bytes: AsyncIterable<Buffer>, maxBytes: number) {
  const hash = createHash('sha256')
  let length = 0
  async function* pass() {
    for await (const piece of bytes) {
      length += piece.length
      if (length > maxBytes) throw new AppError('file.too-large', { maxBytes })
      hash.update(piece)
      yield piece
    }
  }
  return { bytes: pass(), length: () => length, digest: () => hash.digest() }
}

/** No verdict is no pass. */
async function scanned({ scanner, files, log }: Deps, arrived: StoredPart): Promise<ScanVerdict> {
  try {
    return await scanner.scan(opened(files, arrived))
  } catch (error) {
    log.error({ err: error }, 'the virus scanner gives no verdict')
    throw new AppError('file.not-checked', {}, { cause: error })
  }
}

async function asPicture({ files }: Deps, arrived: StoredPart, asItCame: Taken): Promise<Taken> {
  const { place, key } = arrived
  const drawn = await drawnAnew(await collected(opened(files, arrived)))
  await store(files, { ...place, part: 'content' }, key, streamOf(drawn.content))
  await store(files, { ...place, part: 'thumbnail' }, key, streamOf(drawn.thumbnail))
  await files.remove(place)
  return {
    ...asItCame,
    contentBytes: drawn.content.length,
    thumbnailBytes: drawn.thumbnail.length,
    width: drawn.width,
    height: drawn.height,
    digest: createHash('sha256').update(drawn.content).digest(),
  }
}
