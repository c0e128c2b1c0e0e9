import { pipeline, Readable } from 'node:stream'
import { crc32, createDeflateRaw } from 'node:zlib'

/** One file of a zip, its bytes as they come. */
export interface ZipEntry {
  /** Path inside the zip. */
  readonly name: string
  readonly content: AsyncIterable<string | Buffer> | Iterable<string | Buffer>
}

interface Written {
  readonly name: Buffer
  readonly crc: number
  readonly packed: number
  readonly length: number
  readonly offset: number
}

/** The zip's numbers have 32 bits here: what would not fit is refused while it is written. */
const most = 0xffff_ffff
/** The sizes follow the bytes; the name is UTF-8. */
const flags = 0x0808
const deflate = 8
const version = 20

/** Thrown when a zip grows beyond what it may have. */
export class ZipTooLarge extends Error {
  override readonly name = 'ZipTooLarge'
}

/**
 * A zip as it is made: the memory it takes is that of a piece, however long the files in it are.
 * @param made Wall time the files are dated with, as `YYYY-MM-DD HH:mm`.
 * @param mostBytes Of the packed zip.
 * @throws ZipTooLarge
 */
export async function* zipped(
  entries: AsyncIterable<ZipEntry> | Iterable<ZipEntry>,
  made: string,
  mostBytes: number = most,
): AsyncGenerator<Buffer> {
  const stamp = dosTime(made)
  const written: Written[] = []
  let offset = 0
  for await (const entry of entries) {
    const name = Buffer.from(entry.name)
    const head = localHeader(name, stamp)
    const start = offset
    yield head
    offset += head.length
    const tally = { crc: 0, length: 0 }
    const packedFrom = offset
    for await (const piece of packed(entry.content, tally)) {
      offset += piece.length
      if (offset > mostBytes || tally.length > most) throw new ZipTooLarge(entry.name)
      yield piece
    }
    const file = { ...tally, name, packed: offset - packedFrom, offset: start }
    const tail = descriptor(file)
    yield tail
    offset += tail.length
    written.push(file)
  }
  const directory = Buffer.concat(written.map((file) => directoryEntry(file, stamp)))
  yield directory
  yield endOf(written.length, directory.length, offset)
}

async function* packed(
  content: ZipEntry['content'],
  tally: { crc: number; length: number },
): AsyncGenerator<Buffer> {
  async function* counted() {
    for await (const piece of content) {
      const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
      tally.crc = crc32(bytes, tally.crc)
      tally.length += bytes.length
      yield bytes
    }
  }
  const packer = createDeflateRaw({ level: 6 })
  // What breaks on the way breaks the reading below as well; it is said once.
  pipeline(Readable.from(counted()), packer, () => undefined)
  for await (const piece of packer as AsyncIterable<Buffer>) yield piece
}

/** Date and time as a zip keeps them: since 1980, to two seconds. */
function dosTime(made: string): number {
  const [year = 1980, month = 1, day = 1, hour = 0, minute = 0] = made.split(/\D/).map(Number)
  const date = ((year - 1980) << 9) | (month << 5) | day
  return ((date << 16) | (hour << 11) | (minute << 5)) >>> 0
}

function localHeader(name: Buffer, stamp: number): Buffer {
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(version, 4)
  head.writeUInt16LE(flags, 6)
  head.writeUInt16LE(deflate, 8)
  head.writeUInt32LE(stamp, 10)
  head.writeUInt16LE(name.length, 26)
  return Buffer.concat([head, name])
}

function descriptor({ crc, packed: size, length }: Written): Buffer {
  const tail = Buffer.alloc(16)
  tail.writeUInt32LE(0x08074b50, 0)
  tail.writeUInt32LE(crc, 4)
  tail.writeUInt32LE(size, 8)
  tail.writeUInt32LE(length, 12)
  return tail
}

function directoryEntry({ name, crc, packed: size, length, offset }: Written, stamp: number): Buffer {
  const entry = Buffer.alloc(46)
  entry.writeUInt32LE(0x02014b50, 0)
  entry.writeUInt16LE(version, 4)
  entry.writeUInt16LE(version, 6)
  entry.writeUInt16LE(flags, 8)
  entry.writeUInt16LE(deflate, 10)
  entry.writeUInt32LE(stamp, 12)
  entry.writeUInt32LE(crc, 16)
  entry.writeUInt32LE(size, 20)
  entry.writeUInt32LE(length, 24)
  entry.writeUInt16LE(name.length, 28)
  entry.writeUInt32LE(offset, 42)
  return Buffer.concat([entry, name])
}

function endOf(files: number, directoryBytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files, 8)
  end.writeUInt16LE(files, 10)
  end.writeUInt32LE(directoryBytes, 12)
  end.writeUInt32LE(offset, 16)
  return end
}
