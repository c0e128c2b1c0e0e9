import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Archive } from './archive-reader.ts'
import { frame, unpack } from './files-part.ts'
import type { Part } from './manifest.ts'

/** Folders below DATA_DIR that go into a backup beside the uploaded files. Keys never lie in one of them. */
const folders = ['anchors', 'erasures']

const suitesName = 'suites.json'

interface Places {
  readonly dataDir: string
  readonly suitesFile: string | undefined
}

/** Audit anchors, the erasure journal and the suites, as they are now. */
export async function* packExtras({ dataDir, suitesFile }: Places, names: string[]): AsyncGenerator<Buffer> {
  for (const folder of folders) {
    for (const name of await filesBelow(join(dataDir, folder))) {
      names.push(`${folder}/${name}`)
      yield frame({ name: `${folder}/${name}` }, await readFile(join(dataDir, folder, name)))
    }
  }
  if (!suitesFile || !existsSync(suitesFile)) return
  names.push(suitesName)
  yield frame({ name: suitesName }, await readFile(suitesFile))
}

async function filesBelow(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

/** Puts them where they were. What is there already is newer than the backup and stays. */
export async function restoreExtras(
  archive: Archive,
  part: Part,
  { dataDir, suitesFile }: Places,
): Promise<void> {
  for await (const { label, bytes } of unpack(archive.read(part))) {
    const name = nameOf(label)
    const path = name === suitesName ? suitesFile : join(dataDir, name)
    if (!path || existsSync(path)) continue
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(path, bytes, { mode: 0o600 })
  }
}

function nameOf(label: unknown): string {
  const name = typeof label === 'object' && label && 'name' in label ? label.name : undefined
  const isOurs = (text: string): boolean =>
    text === suitesName || (folders.some((folder) => text.startsWith(`${folder}/`)) && !text.includes('..'))
  if (typeof name === 'string' && isOurs(name)) return name
  throw new Error('the backup holds a file of no known place')
}
