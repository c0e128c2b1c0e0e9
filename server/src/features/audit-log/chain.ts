import { createHmac, timingSafeEqual } from 'node:crypto'
import { systemOrgId } from '../../db/ids.ts'
import type { Vault } from '../../ports/vault.ts'

/** A row of a log as the database shows it, every value as text, times in microseconds since 1970. */
export interface LogRow {
  readonly id: string
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly object: string
  readonly people: string
  readonly detail: string
  readonly keepDays: number
  readonly recordedAt: string
}

/** A row's place in a chain. */
export interface Link {
  readonly seq: number
  readonly rowId: string
  readonly rowMac: Buffer
  readonly mac: Buffer
  /** When the row may be swept, in microseconds since 1970. */
  readonly dueAt: string
}

/** How far a chain reaches. */
export interface Head {
  readonly seq: number
  readonly mac: Buffer
}

/** Stands for the seal of a row that was gone before it was chained. */
const noRow = Buffer.alloc(32)

/** The key all chains are made with. It comes from the vault, never from the database. */
export function chainKey(vault: Pick<Vault, 'lookupHash'>): Promise<Buffer> {
  return vault.lookupHash(systemOrgId, 'audit', 'chain')
}

/**
 * Seals of one log. @param log The org's id, or the name of the installation's own.
 */
export function chainSeals(key: Buffer, log: string) {
  const seal = (kind: string, ...parts: readonly (string | number)[]) =>
    createHmac('sha256', key)
      .update(JSON.stringify([kind, log, ...parts]))
      .digest()
  const row = (each: LogRow | null) =>
    each === null
      ? noRow
      : seal(
          'row',
          each.id,
          each.at,
          each.actor,
          each.action,
          each.object,
          each.people,
          each.detail,
          each.keepDays,
          each.recordedAt,
        )
  const link = ({ seq, rowId, rowMac, dueAt }: Omit<Link, 'mac'>, before: Buffer) =>
    seal('link', seq, rowId, rowMac.toString('hex'), dueAt, before.toString('hex'))
  const beginning: Head = { seq: 0, mac: seal('beginning') }
  const tail = ({ seq, mac }: Head) => seal('tail', seq, mac.toString('hex'))
  return { row, link, beginning, tail }
}
export type ChainSeals = ReturnType<typeof chainSeals>

/** The links of rows that come after a head, in their order. */
export function linksOf(
  seals: ChainSeals,
  head: Head,
  rows: readonly { rowId: string; row: LogRow | null; dueAt: string }[],
): Link[] {
  let { seq, mac } = head
  return rows.map(({ rowId, row, dueAt }) => {
    seq += 1
    const bare = { seq, rowId, rowMac: seals.row(row), dueAt }
    mac = seals.link(bare, mac)
    return { ...bare, mac }
  })
}

export function isSame(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
