import type pg from 'pg'
import { collected, sealedLength } from '../features/files/index.ts'
import type { FilePlace, FileStore } from '../ports/file-store.ts'

// Layout: for each file 4 bytes length of a line of JSON, the line, the bytes as the line says. Files are sealed under
// keys of their own already and are small, so that one at a time fits into memory.

interface FileRow {
  readonly org_id: string
  readonly id: string
  readonly content_bytes: string
  readonly thumbnail_bytes: string
}

/** Uploaded files a snapshot knows, in order of their ids. */
async function fileRows(client: pg.ClientBase): Promise<FileRow[]> {
  const { rows } = await client.query<FileRow>(
    `select org_id, id, content_bytes, thumbnail_bytes from files where state <> 'arriving' order by org_id, id`,
  )
  return rows
}

export interface FilesTally {
  count: number
  readonly goneMeanwhile: string[]
}

/** The bytes of every file of the snapshot: none without a row, and rows whose bytes went meanwhile are noted. */
export async function* packFiles(
  client: pg.ClientBase,
  store: FileStore,
  tally: FilesTally,
): AsyncGenerator<Buffer> {
  for (const row of await fileRows(client)) {
    const { org_id: orgId, id: fileId } = row
    const parts = [
      { part: 'content', length: Number(row.content_bytes) },
      { part: 'thumbnail', length: Number(row.thumbnail_bytes) },
    ] as const
    const wanted = parts.filter(({ part, length }) => part === 'content' || length > 0)
    const found: Buffer[] = []
    for (const { part, length } of wanted) {
      const bytes = await bytesAt(store, { orgId, fileId, part }, sealedLength(length))
      if (bytes) found.push(frame({ orgId, fileId, part }, bytes))
    }
    if (found.length < wanted.length) tally.goneMeanwhile.push(`${orgId}/${fileId}`)
    else {
      tally.count += 1
      yield* found
    }
  }
}

async function bytesAt(store: FileStore, place: FilePlace, end: number): Promise<Buffer | null> {
  try {
    return await collected(store.read(place, { start: 0, end }))
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** As a folder and as an object store say it. */
function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? error.code : undefined
  return code === 'ENOENT' || error.name === 'NoSuchKey' || code === 'NoSuchKey'
}

export interface Framed {
  readonly label: unknown
  readonly bytes: Buffer
}

/** A labelled piece of bytes. */
export function frame(label: object, bytes: Buffer): Buffer {
  const line = Buffer.from(JSON.stringify({ ...label, size: bytes.length }))
  const length = Buffer.alloc(4)
  length.writeUInt32BE(line.length)
  return Buffer.concat([length, line, bytes])
}

/** Takes framed pieces apart again. */
export async function* unpack(bytes: AsyncIterable<Buffer>): AsyncGenerator<Framed> {
  const source = bytes[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const take = async (size: number): Promise<Buffer | null> => {
    const pieces = [held]
    let length = held.length
    while (length < size) {
      const next = await source.next()
      if (next.done) break
      pieces.push(next.value)
      length += next.value.length
    }
    held = Buffer.concat(pieces)
    if (held.length < size) return null
    const taken = held.subarray(0, size)
    held = held.subarray(size)
    return taken
  }
  for (;;) {
    const length = await take(4)
    if (!length) return
    const label: unknown = JSON.parse((await take(length.readUInt32BE()))?.toString('utf8') ?? 'null')
    const size = typeof label === 'object' && label && 'size' in label ? Number(label.size) : 0
    yield { label, bytes: (await take(size)) ?? Buffer.alloc(0) }
  }
}
