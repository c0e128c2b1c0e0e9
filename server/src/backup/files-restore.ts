import type pg from 'pg'
import { assertUuid } from '../db/ids.ts'
import type { FilePlace, FileStore } from '../ports/file-store.ts'
import type { Archive } from './archive-reader.ts'
import { unpack } from './files-part.ts'

interface Restoring {
  readonly client: pg.Client
  readonly archive: Archive
  readonly files: FileStore
}

/** Brings back the bytes of every file that has a row, and takes rows away whose bytes went while the backup ran. */
export async function restoreFiles({ client, archive, files }: Restoring): Promise<void> {
  const { part, goneMeanwhile } = archive.manifest.files
  for (const place of goneMeanwhile) {
    const [orgId = '', fileId = ''] = place.split('/')
    await inOrg(client, orgId, () => client.query('delete from files where id = $1', [assertUuid(fileId)]))
  }
  let orgId = ''
  let ids: ReadonlySet<string> = new Set()
  for await (const { label, bytes } of unpack(archive.read(part))) {
    const place = placeOf(label)
    // The archive goes org by org, so the ids of one are enough to hold.
    if (place.orgId !== orgId) {
      orgId = place.orgId
      ids = await idsOf(client, orgId)
    }
    // A person erased since the backup took the rows along; their bytes must not come back.
    if (!ids.has(place.fileId)) continue
    await files.remove(place)
    await files.write(place, once(bytes))
  }
}

const idsOf = (client: pg.Client, orgId: string): Promise<ReadonlySet<string>> =>
  inOrg(client, orgId, async () => {
    const { rows } = await client.query<{ id: string }>('select id from files where org_id = $1', [orgId])
    return new Set(rows.map(({ id }) => id))
  })

async function inOrg<T>(client: pg.Client, orgId: string, work: () => Promise<T>): Promise<T> {
  await client.query(`begin; set local app.org_id = '${assertUuid(orgId)}'`)
  const result = await work()
  await client.query('commit')
  return result
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
