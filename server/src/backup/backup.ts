import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../ports/clock.ts'
import type { FileStore } from '../ports/file-store.ts'
import { beginArchive, type ArchiveWriter } from './archive-writer.ts'
import { masterKeyMark } from './backup-key.ts'
import { backupSecret, masterKeys, type BackupConfig } from './config.ts'
import { serverDatabase, sources } from './databases.ts'
import { packExtras } from './extras.ts'
import { packFiles, type FilesTally } from './files-part.ts'
import type { Manifest } from './manifest.ts'
import { nameOf, outdated } from './rotation.ts'
import { dump, openSnapshot, wrappingKeys, type Snapshot } from './snapshot.ts'

export interface MakeBackup {
  readonly config: BackupConfig
  /** Folder that holds one folder per backup. */
  readonly shelf: string
  /** How many to keep; left out: all of the last 35 days. */
  readonly keep?: number
  readonly clock: Clock
  readonly files: FileStore
  readonly product: string
}

export interface MadeBackup {
  readonly folder: string
  readonly manifest: Manifest
  readonly removed: readonly string[]
}

/**
 * Backs up a running installation. Every row whose writer had its answer before this began is in it; the databases are
 * read at one moment each, and their files after them, so that no row is without its bytes.
 */
export async function makeBackup(options: MakeBackup): Promise<MadeBackup> {
  const { config, shelf, clock, product } = options
  const takenAt = new Date(clock.now()).toISOString()
  const secret = backupSecret(config)
  await mkdir(shelf, { recursive: true, mode: 0o700 })
  const snapshots = await openAll(config)
  try {
    const folder = join(shelf, nameOf(clock.now()))
    const archive = await beginArchive({ folder, secret, product, takenAt })
    try {
      const manifest = await fill(options, { archive, snapshots, takenAt })
      await archive.finish(manifest)
      return { folder, manifest, removed: await removeOutdated(options) }
    } catch (error) {
      await archive.abandon()
      throw error
    }
  } finally {
    await Promise.all(snapshots.map((snapshot) => snapshot.close()))
  }
}

/** All moments are taken before anything is read, so that they are milliseconds apart. */
async function openAll(config: BackupConfig): Promise<Snapshot[]> {
  const opened = await Promise.allSettled(sources(config).map(openSnapshot))
  const snapshots = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = opened.find((one) => one.status === 'rejected')
  if (!failed) return snapshots
  await Promise.all(snapshots.map((snapshot) => snapshot.close()))
  throw failed.reason
}

interface Filling {
  readonly archive: ArchiveWriter
  readonly snapshots: readonly Snapshot[]
  readonly takenAt: string
}

async function fill(
  { config, files, product }: MakeBackup,
  { archive, snapshots, takenAt }: Filling,
): Promise<Manifest> {
  const databases = []
  for (const snapshot of snapshots) databases.push(await dump(snapshot, archive))
  const own = snapshots.find(({ name }) => name === serverDatabase)
  if (!own) throw new Error('the server’s database is not among the snapshots')
  const tally: FilesTally = { count: 0, goneMeanwhile: [] }
  const filesPart = await archive.add('files', packFiles(own.client, files, tally))
  const names: string[] = []
  const places = { dataDir: config.DATA_DIR, suitesFile: config.SUITES_JSON }
  const extrasPart = await archive.add('extras', packExtras(places, names))
  return {
    product,
    takenAt,
    databaseTime: own.databaseTime,
    databases,
    masterKeys: await neededKeys(config, own),
    files: { part: filesPart, ...tally },
    extras: { part: extrasPart, names },
  }
}

/** Which master keys a restore must have, each with a mark that tells it from another of the same name. */
async function neededKeys(config: BackupConfig, own: Snapshot): Promise<Manifest['masterKeys']> {
  const ring = masterKeys(config)
  const ids = (await wrappingKeys(own)) ?? [...ring.keys()]
  return ids.map((id) => {
    const key = ring.get(id)
    return { id, mark: key ? masterKeyMark(key) : '' }
  })
}

async function removeOutdated({ shelf, keep, clock }: MakeBackup): Promise<string[]> {
  const gone = outdated(await readdir(shelf), { keep, nowMs: clock.now() })
  for (const name of gone) await rm(join(shelf, name), { recursive: true, force: true })
  return gone
}
