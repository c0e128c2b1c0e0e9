import { inflateRawSync } from 'node:zlib'
import { storedZip, type ZipPart } from './stored-zip.ts'

const maxEntries = 200
const maxUnpackedBytes = 100 * 1024 * 1024
const maxRatio = 100
/** Below this a high ratio harms nobody: a few blank rows pack well. */
const ratioCountsFromBytes = 1024 * 1024

export type WorkbookFault = 'not-workbook' | 'encrypted' | 'active-content' | 'unreadable' | 'too-much-inside'

/** Why a workbook is not read. */
export class Refused extends Error {
  override readonly name = 'Refused'
  constructor(readonly reason: WorkbookFault) {
    super(reason)
  }
}

interface Entry {
  readonly name: string
  readonly method: number
  readonly packed: number
  readonly unpacked: number
  /** Of its local header. */
  readonly offset: number
}

/**
 * A workbook as bytes a parser can be trusted with: of a zip every part is checked and inflated by us, inside limits,
 * and put into a plain zip anew, so that no lie in the given one reaches the parser (S-61). An .xls stays as it is.
 * @throws Refused
 */
export function safeWorkbook(bytes: Buffer): Buffer {
  if (isCompoundDocument(bytes)) return checkedCompound(bytes)
  if (bytes.length < 22 || bytes.readUInt32LE(0) !== 0x04034b50) throw new Refused('not-workbook')
  const entries = directoryOf(bytes)
  refuseActive(entries)
  if (!entries.some(({ name }) => name === 'xl/workbook.xml')) throw new Refused('not-workbook')
  refuseBomb(bytes.length, entries)
  return storedZip(unpacked(bytes, entries))
}

/** .xls files and encrypted .xlsx files are compound documents. */
const isCompoundDocument = (bytes: Buffer): boolean =>
  bytes.length > 512 && bytes.subarray(0, 8).equals(Buffer.from('d0cf11e0a1b11ae1', 'hex'))

/** Names of streams stand in the directory as UTF-16. */
function checkedCompound(bytes: Buffer): Buffer {
  const holds = (stream: string) => bytes.includes(Buffer.from(stream, 'utf16le'))
  if (holds('EncryptedPackage')) throw new Refused('encrypted')
  if (holds('_VBA_PROJECT')) throw new Refused('active-content')
  if (!holds('Workbook') && !holds('Book')) throw new Refused('not-workbook')
  return bytes
}

function directoryOf(bytes: Buffer): Entry[] {
  const end = bytes.lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0 || end + 22 > bytes.length) throw new Refused('unreadable')
  const count = bytes.readUInt16LE(end + 10)
  if (count > maxEntries) throw new Refused('too-much-inside')
  const entries: Entry[] = []
  let at = bytes.readUInt32LE(end + 16)
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > end || bytes.readUInt32LE(at) !== 0x02014b50) throw new Refused('unreadable')
    const flags = bytes.readUInt16LE(at + 8)
    if (flags & 1) throw new Refused('encrypted')
    const nameBytes = bytes.readUInt16LE(at + 28)
    const isLink = bytes.readUInt32LE(at + 38) >>> 28 === 0xa
    entries.push({
      name: checkedName(bytes.toString('utf8', at + 46, at + 46 + nameBytes), isLink),
      method: bytes.readUInt16LE(at + 10),
      packed: bytes.readUInt32LE(at + 20),
      unpacked: bytes.readUInt32LE(at + 24),
      offset: bytes.readUInt32LE(at + 42),
    })
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32)
  }
  if (new Set(entries.map(({ name }) => name)).size !== count) throw new Refused('unreadable')
  return entries
}

/** A workbook has no business outside its own folder. */
function checkedName(name: string, isLink: boolean): string {
  const isOutside = name.split(/[/\\]/).includes('..') || /^([/\\]|[a-z]:)/i.test(name)
  if (isLink || isOutside || name.includes('\0')) throw new Refused('unreadable')
  return name
}

const active =
  /vbaProject|vbaData|macrosheets\/|dialogsheets\/|activeX\/|ctrlProps\/|embeddings\/|externalLinks\//i

function refuseActive(entries: readonly Entry[]): void {
  if (entries.some(({ name }) => active.test(name))) throw new Refused('active-content')
}

/** By what the directory declares, before anything is inflated. */
function refuseBomb(fileBytes: number, entries: readonly Entry[]): void {
  const total = entries.reduce((sum, { unpacked }) => sum + unpacked, 0)
  const isTooDense = total > ratioCountsFromBytes && total / fileBytes > maxRatio
  if (total > maxUnpackedBytes || isTooDense) throw new Refused('too-much-inside')
}

/** The parts a table is read from; pictures, drawings and printer settings stay packed and are left out. */
function unpacked(bytes: Buffer, entries: readonly Entry[]): ZipPart[] {
  const parts: ZipPart[] = []
  let free = 0
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    const start = dataStart(bytes, entry)
    // Parts that share bytes let a small file unpack to a large one many times over.
    if (entry.offset < free) throw new Refused('unreadable')
    free = start + entry.packed
    if (free > bytes.length) throw new Refused('unreadable')
    if (!/\.(xml|rels)$/i.test(entry.name)) continue
    const content = inflated(bytes.subarray(start, free), entry)
    if (declaresEntities(content)) throw new Refused('active-content')
    parts.push({ name: entry.name, content })
  }
  return parts
}

function dataStart(bytes: Buffer, { offset }: Entry): number {
  if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== 0x04034b50) throw new Refused('unreadable')
  return offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28)
}

/** No byte more than declared: one that unpacks to more lied. */
function inflated(packed: Buffer, { method, unpacked: declared }: Entry): Buffer {
  if (method === 0) return packed
  if (method !== 8) throw new Refused('unreadable')
  try {
    const content = inflateRawSync(packed, { maxOutputLength: Math.max(1, declared) })
    if (content.length === declared) return content
  } catch (error) {
    if (error instanceof RangeError) throw new Refused('too-much-inside')
  }
  throw new Refused('unreadable')
}

const markers = ['<!DOCTYPE', '<!ENTITY'].flatMap((text) => [
  Buffer.from(text),
  Buffer.from(text, 'utf16le'),
  Buffer.from(text, 'utf16le').swap16(),
])

/** No workbook needs a document type; its entities read files and grow without end. */
const declaresEntities = (content: Buffer): boolean => markers.some((marker) => content.includes(marker))
