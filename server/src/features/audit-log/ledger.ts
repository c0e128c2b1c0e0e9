import { civilDayOf, instantAt, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { digestOf, markDigested, type Span } from './ledger.repo.ts'

/** How far back the first digest of an org reaches. */
const longestMs = 31 * 86_400_000
/** Filings that were under way at midnight are in by then. */
const afterMidnightMs = 30 * 60_000

/**
 * What is to be sealed at a moment: everything since the last digest up to the last midnight of the org.
 * @param digestedUntil Null before the first digest.
 * @returns null when there is nothing to do yet.
 */
export function spanDue(now: EpochMs, timeZone: string, digestedUntil: EpochMs | null): Span | null {
  const midnight = instantAt(civilDayOf(now - afterMidnightMs, timeZone), '00:00', timeZone)
  if (digestedUntil !== null && digestedUntil >= midnight) return null
  const from = Math.max(digestedUntil ?? 0, midnight - longestMs)
  return { from: new Date(from).toISOString(), until: new Date(midnight).toISOString() }
}

/** Seals a span of filings with one row of the log, which the chain takes in (S-46). */
export async function sealSpan(scope: OrgScope, span: Span, now: EpochMs): Promise<void> {
  const { rows, digest } = await digestOf(scope, span)
  await markDigested(scope, span.until)
  if (rows === 0) return
  await appendAudit(scope, {
    action: 'ledger.digested',
    object: 'submissions',
    detail: { ...span, rows, digest },
    at: now,
  })
}
