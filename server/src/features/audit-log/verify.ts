import type { Deps } from '../../deps.ts'
import type { OrgScope } from '../../db/database.ts'
import { anchorFiles } from './anchor-files.ts'
import { anchorKey, readLines, type Known } from './anchor.ts'
import { chainCheck, type CheckedLink, type Fault } from './chain-check.ts'
import { chainKey, chainSeals, type LogRow } from './chain.ts'
import { linksAfter, logName, strayRow, tailOf, type LogScope } from './chain.repo.ts'
import { digestOf } from './ledger.repo.ts'
import { allOrgIds, databaseTime } from './logs.system.ts'

export interface Verdict {
  readonly log: string
  /** Links that were followed. */
  readonly links: number
  /** The first thing that is broken. */
  readonly fault: Fault | null
}

/** A row waits this long for its link at most; longer, and its chainer does not run. */
const longestWaitMinutes = 60
const page = 1_000

export interface Parts extends Pick<Deps, 'database' | 'vault'> {
  readonly config: Pick<Deps['config'], 'DATA_DIR'>
}
type Heads = Known['heads']

/** What is known of all chains from outside the database. */
export interface Outside {
  readonly heads: Heads
  readonly fault: Fault | null
  readonly hashes: ReadonlySet<string>
}

/** Reads the files of anchors and checks their signatures. */
export async function readOutside({ vault, config }: Pick<Parts, 'vault' | 'config'>): Promise<Outside> {
  const files = anchorFiles(config.DATA_DIR)
  const key = await anchorKey(vault)
  const daily = readLines(key, await files.dailyLines(), true)
  const others = [
    readLines(key, await files.formerLines(), false),
    readLines(key, await files.runningLines(), false),
  ]
  const line = daily.broken ?? others.find(({ broken }) => broken !== null)?.broken ?? null
  return {
    heads: merged([daily.heads, ...others.map(({ heads }) => heads)]),
    fault: line === null ? null : { kind: 'anchor-broken', seq: line, rowId: null },
    hashes: daily.hashes,
  }
}

function merged(all: readonly Heads[]): Heads {
  const heads = new Map<string, Map<number, readonly Buffer[]>>()
  for (const [log, places] of all.flatMap((each) => [...each])) {
    const known = heads.get(log) ?? new Map<number, readonly Buffer[]>()
    for (const [seq, macs] of places) known.set(seq, [...(known.get(seq) ?? []), ...macs])
    heads.set(log, known)
  }
  return heads
}

/** Opens a log for a moment. */
type Opened = <T>(work: (scope: LogScope) => Promise<T>) => Promise<T>

/**
 * Follows the chain of one log from its beginning, and looks for rows outside it (S-46).
 * @param see Called with every row that is right.
 * @param nowMs True time.
 */
export async function verifyLog(
  inLog: Opened,
  vault: Parts['vault'],
  { heads, nowMs, see = () => undefined }: { heads: Heads; nowMs: number; see?: (row: LogRow) => void },
): Promise<Verdict> {
  const log = await inLog(async (scope) => logName(scope))
  const seals = chainSeals(await chainKey(vault), log)
  const tail = await inLog(tailOf)
  const check = chainCheck(seals, tail, heads.get(log) ?? new Map(), nowMs)
  let links = 0
  let seq = tail?.seq ?? 0
  for (let read: CheckedLink[] = []; links === 0 || read.length === page;) {
    read = await inLog((scope) => linksAfter(scope, seq, page))
    const isWhole = read.every(
      (link) => check.take(link) && (link.row === null || see(link.row) === undefined),
    )
    links += read.length
    seq = read.at(-1)?.seq ?? seq
    if (!isWhole || read.length === 0) break
  }
  const { fault } = check.end()
  if (fault) return { log, links, fault }
  const stray = await inLog((scope) => strayRow(scope, longestWaitMinutes))
  const strayFault: Fault | null = stray && {
    kind: stray.isWaiting ? 'row-waiting' : 'row-unlinked',
    seq: null,
    rowId: stray.id,
  }
  return { log, links, fault: strayFault }
}

const verifier = { kind: 'system', name: 'audit.verify' } as const

/** Verifies the log of an org, and that the filings are as they were when they were sealed. */
export async function verifyOrg(
  parts: Parts,
  orgId: string,
  { heads }: Outside,
  nowMs: number,
): Promise<Verdict> {
  const { database, vault } = parts
  const inOrg = <T>(work: (scope: OrgScope) => Promise<T>) => database.inOrg(orgId, verifier, work)
  const digests: LogRow[] = []
  let removedAt = 0
  const verdict = await verifyLog(inOrg, vault, {
    heads,
    nowMs,
    see(row) {
      if (row.action === 'ledger.digested') digests.push(row)
      if (removals.includes(row.action)) removedAt = Math.max(removedAt, Number(row.at))
    },
  })
  if (verdict.fault) return verdict
  for (const row of digests) {
    if (await inOrg((scope) => isAsSealed(scope, row, removedAt))) continue
    return { ...verdict, fault: { kind: 'filings-changed', seq: null, rowId: row.id } }
  }
  return verdict
}

/** Filings leave by these, so that fewer of them may be found afterwards than were sealed. */
const removals: readonly string[] = ['consent.withdrawn', 'member.erased', 'org.erased', 'retention.swept']

/** Fewer filings than were sealed are right when some were removed since, and that is in the log. */
async function isAsSealed(scope: OrgScope, row: LogRow, removedAt: number): Promise<boolean> {
  const sealed = JSON.parse(row.detail) as { from: string; until: string; rows: number; digest: string } // as sealSpan() writes it, and the chain proves it
  const now = await digestOf(scope, sealed)
  if (now.digest === sealed.digest) return true
  return now.rows < sealed.rows && removedAt > Number(row.at)
}

/** Verifies the installation's log, and that no anchor it tells of has gone. */
export async function verifyInstallation(parts: Parts, outside: Outside, nowMs: number): Promise<Verdict> {
  const told: string[] = []
  const verdict = await verifyLog((work) => parts.database.inSystem(work), parts.vault, {
    heads: outside.heads,
    nowMs,
    see(row) {
      if (row.action === 'audit.anchored') told.push(row.object.replace('anchor:', ''))
    },
  })
  if (verdict.fault) return verdict
  if (outside.fault) return { ...verdict, log: 'anchors', fault: outside.fault }
  const isGone = told.some((hash) => !outside.hashes.has(hash))
  return isGone ? { ...verdict, fault: { kind: 'anchor-missing', seq: null, rowId: null } } : verdict
}

/** Every log, or that of one org, one after the other; the installation's first. */
export async function* verifyLogs(parts: Parts, orgId: string | null): AsyncGenerator<Verdict> {
  const nowMs = await parts.database.inSystem(databaseTime)
  const outside = await readOutside(parts)
  if (orgId === null) yield await verifyInstallation(parts, outside, nowMs)
  const orgIds = orgId === null ? await parts.database.inSystem(allOrgIds) : [orgId]
  for (const each of orgIds) yield await verifyOrg(parts, each, outside, nowMs)
}
