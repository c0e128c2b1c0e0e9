import { createReadStream } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { assertUuid } from '../db/ids.ts'
import type { FilePlace, FileStore } from '../ports/file-store.ts'

/**
 * Files in folders of this machine: `<root>/<org>/<two characters>/<file>.<part>`. Paths are made of checked ids only,
 * and what lies there is sealed already, so a copy of the folder tells nothing.
 */
export function localFiles(root: string): FileStore {
  const pathOf = ({ orgId, fileId, part }: FilePlace) =>
    // The end of an id is random, its beginning is the time: only the end spreads evenly.
    join(root, assertUuid(orgId), assertUuid(fileId).slice(-2), `${fileId}.${part}`)

  return {
    async write(place, bytes) {
      const path = pathOf(place)
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const file = await open(path, 'wx', 0o600)
      try {
        for await (const chunk of bytes) await file.write(chunk)
        // Acknowledged means stored: the sender may forget his copy.
        await file.sync()
      } finally {
        await file.close()
      }
    },
    read: (place, { start, end }) =>
      createReadStream(pathOf(place), { start, end: end - 1, highWaterMark: 256 * 1024 }),
    remove: (place) => rm(pathOf(place), { force: true }),
  }
}
