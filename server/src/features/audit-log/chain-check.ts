import { isSame, type ChainSeals, type Head, type Link, type LogRow } from './chain.ts'

/** What can be wrong with a log. */
export type FaultKind =
  | 'row-changed'
  | 'row-missing'
  | 'row-unlinked'
  | 'row-waiting'
  | 'people-unlisted'
  | 'link-missing'
  | 'link-broken'
  | 'tail-forged'
  | 'shorter-than-anchored'
  | 'differs-from-anchor'
  | 'filings-changed'
  | 'anchor-broken'
  | 'anchor-missing'

export interface Fault {
  readonly kind: FaultKind
  /** Place in the chain, or line of the file of anchors; null when it has none. */
  readonly seq: number | null
  readonly rowId: string | null
}

export interface CheckedLink extends Link {
  /** Null when the row is not there any more. */
  readonly row: LogRow | null
  /** Whether all its people find the row under their names. */
  readonly isListed: boolean
}

export interface Tail extends Head {
  readonly seal: Buffer
}

/** What a sweep may have taken: rows that were due by then. In microseconds, as the database writes them down. */
function sweptUntil(row: LogRow, nowUs: number): number | null {
  if (row.action !== 'audit.swept') return null
  const detail: unknown = JSON.parse(row.detail)
  const until = typeof detail === 'object' && detail !== null && 'until' in detail ? detail.until : null
  const ms = typeof until === 'string' ? Date.parse(until) : NaN
  // Postgres writes microseconds, which a date does not keep; nothing is due before its time because of one.
  return Number.isNaN(ms) ? null : Math.min(ms * 1000 + 999, nowUs)
}

/**
 * Follows a chain link by link and remembers the first that is broken (S-46).
 * @param anchored What is known of the chain from outside the database, by place.
 * @param nowMs True time: nothing may have been swept before it was due.
 */
export function chainCheck(
  seals: ChainSeals,
  tail: Tail | null,
  anchored: ReadonlyMap<number, readonly Buffer[]>,
  nowMs: number,
) {
  let head: Head = tail ?? seals.beginning
  let broken: Fault | null = null
  let missing: { seq: number; rowId: string; due: number }[] = []
  if (tail && !isSame(tail.seal, seals.tail(tail)))
    broken = { kind: 'tail-forged', seq: tail.seq, rowId: null }

  function faultOf(link: CheckedLink): FaultKind | null {
    if (link.seq !== head.seq + 1) return 'link-missing'
    if (!isSame(link.mac, seals.link(link, head.mac))) return 'link-broken'
    if (link.row && !isSame(link.rowMac, seals.row(link.row))) return 'row-changed'
    if (link.row && !link.isListed) return 'people-unlisted'
    const differs = (anchored.get(link.seq) ?? []).some((mac) => !isSame(mac, link.mac))
    return differs ? 'differs-from-anchor' : null
  }

  return {
    /** @returns false once the chain is broken. */
    take(link: CheckedLink): boolean {
      if (broken) return false
      const kind = faultOf(link)
      if (kind) {
        broken = { kind, seq: link.seq, rowId: link.rowId }
        return false
      }
      head = { seq: link.seq, mac: link.mac }
      if (link.row === null) missing.push({ seq: link.seq, rowId: link.rowId, due: Number(link.dueAt) })
      const until = link.row && sweptUntil(link.row, nowMs * 1000)
      if (until) missing = missing.filter(({ due }) => due > until)
      return true
    },
    /** The first fault, after the last link. */
    end(): { fault: Fault | null; head: Head } {
      const [gone] = missing
      const last = Math.max(0, ...anchored.keys())
      if (!broken && gone) broken = { kind: 'row-missing', seq: gone.seq, rowId: gone.rowId }
      if (!broken && last > head.seq)
        broken = { kind: 'shorter-than-anchored', seq: head.seq + 1, rowId: null }
      return { fault: broken, head }
    },
  }
}
