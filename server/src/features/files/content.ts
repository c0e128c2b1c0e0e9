import type { SealedPlace } from '../../ports/vault.ts'
import type { FilePlace, FileStore } from '../../ports/file-store.ts'
import type { Deps } from '../../deps.ts'
import type { FileRow } from './files.repo.ts'
import { openRange, sealStream } from './sealed-stream.ts'

/** Where the sealed values of a file stand. */
export const namePlace = (orgId: string, row: string): SealedPlace => ({
  orgId,
  table: 'files',
  column: 'name',
  row,
})
const keyPlace = (orgId: string, row: string): SealedPlace => ({
  orgId,
  table: 'files',
  column: 'content_key',
  row,
})

/** A file's own key, sealed with the org's: a new key for the org seals these again, not every byte. */
export async function sealedKey(
  { vault }: Pick<Deps, 'vault'>,
  file: { orgId: string; id: string },
  key: Buffer,
): Promise<Buffer> {
  return vault.seal(keyPlace(file.orgId, file.id), key.toString('base64'))
}

export async function openedKey(
  { vault }: Pick<Deps, 'vault'>,
  orgId: string,
  file: Pick<FileRow, 'id' | 'contentKey'>,
): Promise<Buffer> {
  return Buffer.from(await vault.open(keyPlace(orgId, file.id), file.contentKey), 'base64')
}

/** Seals bytes on their way to the store. */
export function store(
  files: FileStore,
  place: FilePlace,
  key: Buffer,
  bytes: AsyncIterable<Buffer>,
): Promise<void> {
  return files.write(place, sealStream(key, place.part, bytes))
}

export interface StoredPart {
  readonly place: FilePlace
  readonly key: Buffer
  /** Length of the whole part, in bytes. */
  readonly length: number
}

/** Opens bytes on their way from the store; all of them unless a range is given. */
export function opened(
  files: FileStore,
  { place, key, length }: StoredPart,
  { start, end }: { start: number; end: number } = { start: 0, end: length },
): AsyncIterable<Buffer> {
  const read = (range: { start: number; end: number }) => files.read(place, range)
  return openRange({ contentKey: key, part: place.part, length, start, end, read })
}

/** Bytes at hand as a stream. */
export async function* streamOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
