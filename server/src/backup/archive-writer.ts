import { createHash, randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { sealStream } from '../features/files/index.ts'
import { backupKey, keyCheck, newDerivation, sealOfList } from './backup-key.ts'
import {
  formatVersion,
  headerName,
  listName,
  manifestName,
  markerName,
  type Header,
  type Manifest,
  type Part,
} from './manifest.ts'

export interface ArchiveWriter {
  /** Where it will lie when it is finished. */
  readonly folder: string
  /** Seals a stream into a file of its own. */
  add(file: string, bytes: AsyncIterable<Buffer>): Promise<Part>
  /** Writes manifest, list and marker, and gives the folder its name. Nothing may be added afterwards. */
  finish(manifest: Manifest): Promise<void>
  /** Takes away what was written so far. */
  abandon(): Promise<void>
}

interface Begin {
  readonly folder: string
  readonly secret: string
  readonly product: string
  readonly takenAt: string
}

/** Begins a backup in a folder beside the one it will be: what is interrupted never has the name of a backup. */
export async function beginArchive({ folder, secret, product, takenAt }: Begin): Promise<ArchiveWriter> {
  const side = `${folder}.partial`
  await mkdir(side, { recursive: true, mode: 0o700 })
  const derivation = newDerivation(randomBytes(16))
  const key = await backupKey(secret, derivation)
  const sums = new Map<string, string>()

  async function writeText(name: string, text: string): Promise<void> {
    await writeFile(join(side, name), text, { mode: 0o600, flush: true })
    sums.set(name, createHash('sha256').update(text).digest('hex'))
  }

  async function add(file: string, bytes: AsyncIterable<Buffer>): Promise<Part> {
    await mkdir(dirname(join(side, file)), { recursive: true, mode: 0o700 })
    const hash = createHash('sha256')
    let innerBytes = 0
    let storedBytes = 0
    const counted = async function* () {
      for await (const chunk of bytes) {
        innerBytes += chunk.length
        yield chunk
      }
    }
    const hashed = async function* () {
      for await (const chunk of sealStream(key, file, counted())) {
        hash.update(chunk)
        storedBytes += chunk.length
        yield chunk
      }
    }
    await pipeline(hashed, createWriteStream(join(side, file), { flags: 'wx', mode: 0o600, flush: true }))
    const sha256 = hash.digest('hex')
    sums.set(file, sha256)
    return { file, storedBytes, innerBytes, sha256 }
  }

  const header: Header = {
    format: formatVersion,
    product,
    takenAt,
    key: derivation,
    keyCheck: keyCheck(key),
  }
  await writeText(headerName, `${JSON.stringify(header, null, 2)}\n`)

  return {
    folder,
    add,
    async finish(manifest) {
      await add(manifestName, chunksOf(JSON.stringify(manifest)))
      const list = [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join('')
      await writeFile(join(side, listName), list, { mode: 0o600, flush: true })
      await writeFile(join(side, markerName), `${sealOfList(key, list)}\n`, { mode: 0o600, flush: true })
      await rename(side, folder)
      await syncFolder(dirname(folder))
    },
    abandon: () => rm(side, { recursive: true, force: true }),
  }
}

async function* chunksOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

/** Without it the new name may be forgotten in a power cut. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
