import { createHmac, randomBytes } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Database } from '../db/database.ts'
import { gathered } from '../db/gathered.ts'
import type { SealedPlace, Vault } from '../ports/vault.ts'
import { systemOrgId } from '../db/ids.ts'
import { formerKeyId, formerLookupKey, keyNoOf, openFormer, openWith, sealWith } from './cipher.ts'
import * as store from './data-keys.system.ts'
import { unwrap, wrap, type KeyRing } from './key-ring.ts'

interface OrgKeys {
  readonly bySealNo: ReadonlyMap<number, Buffer>
  /** The one values are sealed under; null when none was made yet. */
  readonly sealing: { readonly no: number; readonly key: Buffer } | null
  readonly lookup: Buffer | null
  /** When they were read, by a clock that only runs forward. */
  readonly at: number
}

/** Processes keep keys this long, so a key that is changed or destroyed is so everywhere after it. */
export const freshForMs = 60_000
/** Half-way there they are read again beside the work, so that the work does not wait. */
const renewedAt = 0.5
const mostOrgs = 10_000
/** Seals of a key are counted by every 65 536th, which its random nonce picks. */
const sample = 65_536
/** Half of what NIST allows for random nonces: the next key is made early. */
const mostSeals = 2 ** 31

export interface VaultParts {
  readonly ring: KeyRing
  readonly database: Pick<Database, 'inSystemAside'>
  readonly freshForMs?: number
}

/** What the change of keys needs besides. */
export interface KeyVault extends Vault {
  /** The next use of an org's keys reads them anew. */
  forget(orgId: string): void
  /** Makes the next key an org seals with, known here at once; returns its number. */
  renew(orgId: string): Promise<number>
}

/** AES-256-GCM under a random data key per org, which lies in the database wrapped by a master key of the ring. */
export function keyVault({ ring, database, freshForMs: freshMs = freshForMs }: VaultParts): KeyVault {
  const cache = new LRUCache<string, OrgKeys>({ max: mostOrgs })
  const loading = new Map<string, Promise<OrgKeys>>()
  const readRows = gathered((orgIds) => database.inSystemAside((system) => store.readKeys(system, orgIds)))
  const isFresh = ({ at }: OrgKeys) => performance.now() - at < freshMs

  /** Reads the keys of an org; with `makes` those that are missing are made. */
  function load(orgId: string, makes: boolean): Promise<OrgKeys> {
    const name = `${orgId} ${makes}`
    const running = loading.get(name)
    if (running) return running
    const next = (async () => {
      let keys = await read(orgId)
      if (makes && (keys.sealing === null || keys.lookup === null)) {
        await make(orgId, keys)
        keys = await read(orgId)
      }
      // One that was read before another may come after it.
      if ((cache.peek(orgId)?.at ?? 0) <= keys.at) cache.set(orgId, keys)
      return keys
    })().finally(() => loading.delete(name))
    loading.set(name, next)
    return next
  }

  async function read(orgId: string): Promise<OrgKeys> {
    const at = performance.now()
    const rows = (await readRows(orgId)).filter((row) => row.orgId === orgId)
    const opened = rows.map((row) => ({ ...row, key: unwrap(ring, row, row.wrapped, row.wrappedBy) }))
    const seals = opened.filter(({ purpose }) => purpose === 'seal')
    const sealing = seals.findLast(({ isRetired }) => !isRetired) ?? null
    return {
      bySealNo: new Map(seals.map(({ no, key }) => [no, key])),
      sealing: sealing !== null && sealing.seals < mostSeals ? sealing : null,
      lookup: opened.find(({ purpose }) => purpose === 'look-up')?.key ?? null,
      at,
    }
  }

  /** Two processes at it make one key: the second finds the number taken and reads the other's. */
  async function make(orgId: string, { bySealNo, sealing, lookup }: OrgKeys): Promise<void> {
    await database.inSystemAside(async (system) => {
      const add = (purpose: store.KeyPurpose, no: number, key: Buffer) => {
        const name = { orgId, purpose, no }
        const master = ring.first()
        return store.addKey(system, { ...name, wrapped: wrap(master, name, key), wrappedBy: master.id })
      }
      if (lookup === null) await add('look-up', 1, await firstLookupKey(system, orgId))
      if (sealing !== null) return
      const no = Math.max(0, ...bySealNo.keys()) + 1
      await add('seal', no, randomBytes(32))
      await store.retireBefore(system, orgId, no)
    })
  }

  /** Hashes of the former scheme, made before any org was known, stay good. */
  async function firstLookupKey(system: Parameters<typeof store.hasFormerValues>[0], orgId: string) {
    const former = orgId === systemOrgId ? ring.find(formerKeyId) : null
    return former && (await store.hasFormerValues(system)) ? formerLookupKey(former.key) : randomBytes(32)
  }

  async function keysOf(orgId: string, { makes }: { makes: boolean }): Promise<OrgKeys> {
    const known = cache.get(orgId)
    if (!known || !isFresh(known) || (makes && (known.sealing === null || known.lookup === null)))
      return load(orgId, makes)
    // Late reads are tried again by whoever comes next.
    if (performance.now() - known.at > freshMs * renewedAt) load(orgId, makes).catch(() => undefined)
    return known
  }

  function sealNow(place: SealedPlace, text: string): Buffer {
    const sealing = cache.get(place.orgId)?.sealing
    if (!sealing) throw new Error('sealed for an org whose key was not asked for')
    return sealWith(sealing, place, text, (nonce) => {
      if (nonce.readUInt16BE(0) !== 0) return
      database
        .inSystemAside((system) => store.countSeals(system, place.orgId, sealing.no, sample))
        .catch(() => undefined)
    })
  }

  return {
    async sealer(orgIds) {
      await Promise.all([...new Set(orgIds)].map((orgId) => keysOf(orgId, { makes: true })))
      return { seal: sealNow }
    },
    async seal(place, text) {
      await keysOf(place.orgId, { makes: true })
      return sealNow(place, text)
    },
    async open(place, sealed) {
      const no = keyNoOf(sealed)
      if (no === null) {
        const master = ring.find(formerKeyId)
        if (master === null) throw new Error(`sealed under the master key ${formerKeyId}, which is missing`)
        return openFormer(master.key, place, sealed)
      }
      const keys = await keysOf(place.orgId, { makes: false })
      const key = keys.bySealNo.get(no) ?? (await load(place.orgId, false)).bySealNo.get(no)
      if (key === undefined) throw new Error('sealed under a key that is gone')
      return openWith(key, place, sealed)
    },
    async lookupHash(orgId, purpose, text) {
      const { lookup } = await keysOf(orgId, { makes: true })
      if (lookup === null) throw new Error('no key to look things up by')
      return createHmac('sha256', lookup).update(`${purpose}\0${text}`).digest()
    },
    forget: (orgId) => void cache.delete(orgId),
    async renew(orgId) {
      await make(orgId, { ...(await read(orgId)), sealing: null })
      const { sealing } = await load(orgId, true)
      if (sealing === null) throw new Error('no new key was made')
      return sealing.no
    },
    async shred(orgId) {
      await database.inSystemAside((system) => store.deleteKeysOf(system, orgId))
      cache.delete(orgId)
    },
  }
}
