import type { BoundCall } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { Sealer } from '../../ports/vault.ts'
import { alertAbnormal, tellNewAnswers } from '../notifications/index.ts'
import { answersPlace, type Filing, type Outcome } from './filing.ts'
import { newReceiptNumber } from './receipt-number.ts'

/** A filing and the revision it will be if nobody has filed meanwhile. */
export interface Attempt {
  readonly filing: Filing
  readonly revision: number
}

/** The publisher is told of new answers at most this often per form. */
const gatherMs = 10 * 60_000

/** Whether `file_first_submissions()` may take it: the member’s own, the first of its sheet, counted. */
export function isFirst({ filing, revision }: Attempt): boolean {
  const isOwn = filing.filedBy === filing.memberId && filing.way === null && filing.reason === null
  return revision === 1 && filing.isExpected && isOwn
}

/** The call that stores first filings of one period, in this order. */
export function firstFilings(sealer: Sealer, attempts: readonly Attempt[], stripe: number): FirstFilings {
  const rows = attempts.map((attempt) => storedOf(sealer, attempt))
  const orgs = new Set(attempts.map(({ filing }) => filing.orgId))
  const filings = rows.map((row, i) => ({ i, ...row }))
  return {
    call: {
      name: 'file-first-submissions',
      text: 'select i from file_first_submissions($1, $2, $3, $4)',
      values: [[...orgs], attempts[0]?.filing.periodStart, JSON.stringify(filings), stripe],
    },
    outcomesOf: (saved) => {
      const stored = new Set(saved.map((row) => row['i']))
      return rows.map(({ id, number }, i) => {
        const filing = attempts[i]?.filing
        if (!filing || !stored.has(i)) return null
        return { outcome: 'saved', filed: { submissionId: id, number, revision: 1, filedAt: filing.at } }
      })
    },
  }
}

interface FirstFilings {
  readonly call: BoundCall
  /** What became of each attempt; null for those that are for `file_submissions()`. */
  readonly outcomesOf: (saved: readonly Record<string, unknown>[]) => (Outcome | null)[]
}

/** The call of `file_submissions()` that stores any filings, in this order. */
export function anyFilings(sealer: Sealer, attempts: readonly Attempt[], stripe: number): BoundCall {
  return {
    name: 'file-submissions',
    text: 'select * from file_submissions($1, $2)',
    values: [filingsJson(sealer, attempts), stripe],
  }
}

/** Filings as `file_submissions()` takes them. */
export function filingsJson(sealer: Sealer, attempts: readonly Attempt[]): string {
  const filings = attempts.map((attempt, i) => ({
    i,
    ...storedOf(sealer, attempt),
    period_start: attempt.filing.periodStart,
    revision: attempt.revision,
    filed_by: attempt.filing.filedBy,
    way: attempt.filing.way,
    reason: attempt.filing.reason,
    is_expected: attempt.filing.isExpected,
  }))
  return JSON.stringify(filings)
}

/** What both calls store of a filing; the answers are sealed here. */
function storedOf(sealer: Sealer, { filing, revision }: Attempt) {
  return {
    org_id: filing.orgId,
    form_id: filing.formId,
    member_id: filing.memberId,
    id: newId(),
    number: newReceiptNumber(filing.periodKind, filing.filedOn),
    form_version: filing.formVersion,
    answers: sealer.seal(answersPlace(filing, revision), JSON.stringify(filing.answers)).toString('base64'),
    carried: filing.carried,
    facets: filing.facets,
    is_abnormal: filing.isAbnormal,
    at: new Date(filing.at).toISOString(),
    notice: filing.consents.subject,
    notice_version: filing.consents.version,
    purposes: filing.consents.purposes,
    ...(filing.isAbnormal || filing.tellsPublisher ? { jobs: jobsOf(filing, revision) } : {}),
  }
}

/** What this filing makes the worker do: the alert at once, the news to the publisher when the gathering time is over. */
function jobsOf(
  { orgId, formId, periodStart, memberId, isAbnormal, tellsPublisher, at }: Filing,
  revision: number,
) {
  const jobs = []
  if (isAbnormal)
    jobs.push({
      id: newId(),
      job: alertAbnormal.name,
      payload: { orgId, formId, periodStart, memberId },
      dedup_key: `${formId}/${periodStart}/${memberId}/${revision}`,
      available_at: new Date(at).toISOString(),
    })
  if (tellsPublisher) {
    const gatheredAt = (Math.floor(at / gatherMs) + 1) * gatherMs
    jobs.push({
      id: newId(),
      job: tellNewAnswers.name,
      payload: { orgId, formId, periodStart },
      dedup_key: `${formId}/${periodStart}/${gatheredAt}`,
      available_at: new Date(gatheredAt).toISOString(),
    })
  }
  return jobs
}

/** Reads the rows of `file_submissions()` back, in the order of the attempts. */
export function outcomesOf(rows: readonly Record<string, unknown>[], count: number): Outcome[] {
  const byIndex = new Map(rows.map((row) => [Number(row['i']), row]))
  return Array.from({ length: count }, (_, i) => outcomeOf(byIndex.get(i)))
}

function outcomeOf(row: Record<string, unknown> | undefined): Outcome {
  const outcome = row?.['outcome']
  if (row && outcome === 'saved') {
    const filed = {
      submissionId: String(row['submission_id']),
      number: String(row['number']),
      revision: Number(row['revision']),
      filedAt: new Date(
        String(row['filed_at'] instanceof Date ? row['filed_at'].toISOString() : row['filed_at']),
      ).getTime(),
    }
    return { outcome, filed }
  }
  if (outcome === 'ended' || outcome === 'stale' || outcome === 'unconsented' || outcome === 'unexpected')
    return { outcome }
  return { outcome: 'again' }
}
