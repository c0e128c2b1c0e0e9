import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join, normalize, sep } from 'node:path'
import { collected, openRange } from '../features/files/index.ts'
import { backupKey, isSame, keyCheck, sealOfList } from './backup-key.ts'
import { BackupFault } from './faults.ts'
import {
  formatVersion,
  Header,
  headerName,
  listName,
  Manifest,
  manifestName,
  markerName,
  parseAs,
  type Part,
} from './manifest.ts'

export interface Archive {
  readonly manifest: Manifest
  /** The bytes of a part as they were given to the writer. */
  read(part: Part): AsyncIterable<Buffer>
}

/**
 * Opens a backup after all of it has been checked: finished, by this key, complete, unchanged.
 * @throws BackupFault naming what is wrong with it.
 */
export async function openArchive(folder: string, secret: string): Promise<Archive> {
  const header = await readHeader(folder)
  const marker = await readOr(join(folder, markerName), 'aborted')
  const list = await readOr(join(folder, listName), 'truncated')
  const sums = readList(list)
  // Before the key: a damaged salt would make every key look wrong.
  await checkSum(folder, headerName, sums)
  const key = await backupKey(secret, header.key)
  if (!isSame(keyCheck(key), header.keyCheck)) throw new BackupFault('wrong-key', folder)
  if (!isSame(sealOfList(key, list), marker.trim())) throw new BackupFault('damaged', listName)
  await checkSum(folder, manifestName, sums)
  const manifest = await readManifest(folder, key)
  for (const part of partsOf(manifest)) await checkPart(folder, part, sums)
  return { manifest, read: (part) => opened(folder, key, part) }
}

async function readHeader(folder: string): Promise<Header> {
  const text = await readOr(join(folder, headerName), 'no-backup')
  let format: unknown
  try {
    const value: unknown = JSON.parse(text)
    format = typeof value === 'object' && value !== null && 'format' in value ? value.format : undefined
    if (typeof format === 'number' && format > formatVersion)
      throw new BackupFault('newer', `format ${format} > ${formatVersion}`)
    return parseAs(Header, text)
  } catch (error) {
    if (error instanceof BackupFault) throw error
    throw new BackupFault('damaged', headerName, { cause: error })
  }
}

async function readOr(path: string, code: 'aborted' | 'truncated' | 'no-backup'): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      throw new BackupFault(code, path)
    throw error
  }
}

const readList = (list: string): ReadonlyMap<string, string> =>
  new Map(
    [...list.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)].map(([, sum = '', name = '']) => [name, sum] as const),
  )

const partsOf = ({ databases, files, extras }: Manifest): Part[] => [
  ...databases.flatMap(({ tables }) => tables.map(({ part }) => part)),
  files.part,
  extras.part,
]

async function readManifest(folder: string, key: Buffer): Promise<Manifest> {
  try {
    // Its length is not written anywhere else: it comes from the file's own, which the checked sum vouches for.
    const { size } = await stat(join(folder, manifestName))
    const bytes = await collected(opened(folder, key, { file: manifestName, innerBytes: innerLength(size) }))
    return parseAs(Manifest, bytes.toString('utf8'))
  } catch (error) {
    throw new BackupFault('damaged', manifestName, { cause: error })
  }
}

const headerBytes = 8
const chunkBytes = 64 * 1024
const tagBytes = 16

function innerLength(storedBytes: number): number {
  const body = storedBytes - headerBytes
  return body - Math.ceil(body / (chunkBytes + tagBytes)) * tagBytes
}

async function checkPart(folder: string, part: Part, sums: ReadonlyMap<string, string>): Promise<void> {
  if (normalize(part.file) !== part.file || part.file.startsWith('..') || part.file.startsWith(sep))
    throw new BackupFault('damaged', part.file)
  const { size } = await stat(join(folder, part.file)).catch(() => ({ size: -1 }))
  if (size < part.storedBytes) throw new BackupFault('truncated', part.file)
  if (sums.get(part.file) !== part.sha256) throw new BackupFault('damaged', part.file)
  await checkSum(folder, part.file, sums)
}

async function checkSum(folder: string, name: string, sums: ReadonlyMap<string, string>): Promise<void> {
  const hash = createHash('sha256')
  try {
    for await (const chunk of createReadStream(join(folder, name), { highWaterMark: 2 ** 20 }))
      hash.update(chunk as Buffer)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new BackupFault('truncated', name)
    throw error
  }
  if (hash.digest('hex') !== sums.get(name)) throw new BackupFault('damaged', name)
}

async function* opened(
  folder: string,
  key: Buffer,
  { file, innerBytes }: Pick<Part, 'file' | 'innerBytes'>,
): AsyncGenerator<Buffer> {
  yield* openRange({
    contentKey: key,
    part: file,
    length: innerBytes,
    start: 0,
    end: innerBytes,
    read: ({ start, end }) =>
      createReadStream(join(folder, file), { start, end: end - 1, highWaterMark: 256 * 1024 }),
  })
}
