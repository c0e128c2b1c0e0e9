import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, SystemScope } from '../db/database.ts'
import { isOutage } from '../db/outage.ts'
import { systemOrgId } from '../db/ids.ts'
import { headOf } from './cipher.ts'
import * as store from './data-keys.system.ts'
import { freshForMs, type KeyVault } from './key-vault.ts'
import { unwrap, wrap, type KeyRing } from './key-ring.ts'
import { resealNext, staleCount, type Resealed, type ResealRange } from './reseal.repo.ts'
import * as rotations from './rotation.system.ts'
import { sealedColumns, type SealedColumn } from './sealed-columns.ts'

/** Small enough that a row somebody wants to change is free again in a moment. */
const rowsPerBatch = 100
const keysPerBatch = 200

export interface RotationParts {
  readonly database: Database
  readonly ring: KeyRing
  /** A vault nobody else uses: it must see new keys at once. */
  readonly vault: KeyVault
  /** Longest time other processes go on sealing under the key before. */
  readonly settleMs?: number
  readonly onProgress?: (progress: RotationProgress) => void
  readonly signal?: AbortSignal
}

export interface RotationProgress {
  readonly step: 'wrapping' | 'sealing' | 'settling' | 'checking' | 'done'
  readonly orgs: number
  readonly orgsDone: number
  readonly valuesDone: number
}

/**
 * Changes all keys under traffic (S-34): data keys are wrapped by the first master key of the ring, every org gets a new
 * data key, values are sealed anew in small batches. Killed at any moment and started again it goes on; safe to run
 * twice at once. Afterwards no value needs another master key than the first.
 */
export async function rotateKeys(parts: RotationParts): Promise<RotationProgress> {
  const { database, ring, settleMs = freshForMs * 1.1, signal } = parts
  const rotation = await database.inSystem((system) => rotations.openRotation(system, ring.first().id))
  const progress = { orgs: 0, orgsDone: 0, valuesDone: rotation.valuesDone }
  const tell = (step: RotationProgress['step']) => parts.onProgress?.({ step, ...progress })

  tell('wrapping')
  await wrapAnew(parts)
  for (const orgId of [systemOrgId, ...(await database.inSystem(rotations.orgsWithoutKeys))])
    await parts.vault.sealer([orgId])
  progress.orgs = await database.inSystem((system) => rotations.countOrgs(system, rotation.id))
  const sealAll = async (isFirst: boolean) => {
    for await (const orgId of orgsOf(database)) {
      signal?.throwIfAborted()
      const isNew = await database.inSystem((s) => rotations.hasKeySince(s, orgId, rotation.startedAt))
      const keyNo = isNew ? await currentNo(parts, orgId) : await parts.vault.renew(orgId)
      const values = await sealOrg(parts, orgId, keyNo)
      progress.valuesDone += values
      progress.orgsDone += isFirst ? 1 : 0
      await database.inSystem((s) =>
        rotations.noteProgress(s, rotation.id, { orgs: isFirst ? 1 : 0, values }),
      )
      tell(isFirst ? 'sealing' : 'checking')
    }
  }
  await sealAll(true)
  // Others know the new keys by then; what they sealed under the old ones meanwhile is sealed anew as well.
  tell('settling')
  await sleep(settleMs, undefined, signal ? { signal } : {})
  await wrapAnew(parts)
  await sealAll(false)
  await finish(parts, rotation.id)
  tell('done')
  return { step: 'done', ...progress }
}

async function* orgsOf(database: Database): AsyncGenerator<string> {
  // Before the lowest uuid but one, the installation's.
  let page = [systemOrgId]
  while (page.length > 0) {
    yield* page
    const last = page.at(-1) ?? systemOrgId
    page = await database.inSystem((system) => rotations.orgsWithKeys(system, last, keysPerBatch))
  }
}

async function wrapAnew({ database, ring, signal }: RotationParts): Promise<void> {
  const master = ring.first()
  const next = async (system: SystemScope) => {
    const keys = await store.wrappedByOthers(system, master.id, keysPerBatch)
    const anew = keys.map((key) => ({
      ...key,
      wrapped: wrap(master, key, unwrap(ring, key, key.wrapped, key.wrappedBy)),
      wrappedBy: master.id,
    }))
    await store.replaceWrapping(system, anew)
    return keys.length
  }
  while ((await database.inSystem(next)) > 0) signal?.throwIfAborted()
}

async function currentNo({ database, vault }: RotationParts, orgId: string): Promise<number> {
  vault.forget(orgId)
  const keys = await database.inSystem((system) => store.readKeys(system, [orgId]))
  const current = keys.findLast(({ purpose, isRetired }) => purpose === 'seal' && !isRetired)
  if (!current) throw new Error('an org without a key to seal with')
  return current.no
}

const columnsOf = (orgId: string) =>
  sealedColumns.filter(({ of }) => (of === 'system') === (orgId === systemOrgId))

async function sealOrg(parts: RotationParts, orgId: string, keyNo: number): Promise<number> {
  let total = 0
  for (const column of columnsOf(orgId)) total += await sealColumn(parts, orgId, { column, keyNo })
  return total
}

async function sealColumn(
  { database, vault, signal }: RotationParts,
  orgId: string,
  { column, keyNo }: { column: SealedColumn; keyNo: number },
): Promise<number> {
  let total = 0
  let after: readonly string[] | null = null
  do {
    signal?.throwIfAborted()
    const range: Omit<ResealRange, 'tx'> = { orgId, head: headOf(keyNo), after, limit: rowsPerBatch }
    const batch: Resealed = await patiently(() =>
      inScope(database, orgId, (tx) => resealNext(column, vault, { tx, ...range })),
    )
    total += batch.sealed
    after = batch.after
  } while (after !== null)
  return total
}

const mostTries = 10

/** Two transactions in each other's way, or a database away for a moment: the same again succeeds. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === mostTries || !(isOutage(error) || isDeadlock(error))) throw error
      await sleep(100 * tries)
    }
  }
}

function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && error.code === '40P01') || isDeadlock(error.cause)
}

function inScope<T>(
  database: Database,
  orgId: string,
  work: (tx: SystemScope['tx']) => Promise<T>,
): Promise<T> {
  return orgId === systemOrgId
    ? database.inSystem(({ tx }) => work(tx))
    : database.inOrg(orgId, { kind: 'system', name: 'keys.rotate' }, ({ tx }) => work(tx))
}

/** Values of an org that are not under its newest key. */
async function leftOf(parts: RotationParts, orgId: string): Promise<number> {
  const head = headOf(await currentNo(parts, orgId))
  const counts = await inScope(parts.database, orgId, async (tx) => {
    let sum = 0
    for (const column of columnsOf(orgId)) sum += await staleCount(column, { tx, orgId, head })
    return sum
  })
  return counts
}

/** Old data keys go where nothing is left under them; the former scheme is over when nothing is left anywhere. */
async function finish(parts: RotationParts, id: string): Promise<void> {
  const { database } = parts
  let left = 0
  for await (const orgId of orgsOf(database)) {
    const inOrg = await leftOf(parts, orgId)
    left += inOrg
    const mayDrop =
      inOrg === 0 && !(orgId === systemOrgId && (await database.inSystem(rotations.hasSealedOutbox)))
    if (mayDrop) await database.inSystem((system) => rotations.dropRetired(system, orgId))
    else left += 1
  }
  await database.inSystem(async (system) => {
    if (left === 0) await rotations.forgetFormer(system)
    await rotations.closeRotation(system, id)
  })
}
