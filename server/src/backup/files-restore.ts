import { literal, type Database } from '../db/database.ts'
import { assertUuid } from '../db/ids.ts'
import type { FilePlace, FileStore } from '../ports/file-store.ts'
import type { Archive } from './archive-reader.ts'
import { unpack } from './files-part.ts'

interface Restoring {
  readonly database: Database
  readonly archive: Archive
  readonly files: FileStore
}

/** Brings back the bytes of every file that has a row, and takes rows away whose bytes went while the backup ran. */
export async function restoreFiles({ database, archive, files }: Restoring): Promise<void> {
  const { part, goneMeanwhile } = archive.manifest.files
  for (const place of goneMeanwhile) {
    const [orgId = '', fileId = ''] = place.split('/')
    await database.inOneTrip([{ orgId, text: `delete from files where id = ${literal(assertUuid(fileId))}` }])
  }
  let orgId = ''
  let ids: ReadonlySet<unknown> = new Set()
  for await (const { label, bytes } of unpack(archive.read(part))) {
    const place = placeOf(label)
    // The archive goes org by org, so the ids of one are enough to hold.
    if (place.orgId !== orgId) {
      orgId = place.orgId
      ids = await idsOf(database, orgId)
    }
    // A person erased since the backup took the rows along; their bytes must not come back.
    if (!ids.has(place.fileId)) continue
    await files.remove(place)
    await files.write(place, once(bytes))
  }
}

async function idsOf(database: Database, orgId: string): Promise<ReadonlySet<unknown>> {
  const text = `select id from files where org_id = ${literal(orgId)}`
  const [rows = []] = await database.inOneTrip([{ orgId, text }])
  return new Set(rows.map(({ id }) => id))
}

function placeOf(label: unknown): FilePlace {
  if (typeof label === 'object' && label && 'orgId' in label && 'fileId' in label && 'part' in label) {
    const { orgId, fileId, part } = label
    if (
      typeof orgId === 'string' &&
      typeof fileId === 'string' &&
      (part === 'content' || part === 'thumbnail')
    )
      return { orgId: assertUuid(orgId), fileId: assertUuid(fileId), part }
  }
  throw new Error('the backup holds a file of no known place')
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}
