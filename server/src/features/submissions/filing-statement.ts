import { literal, type OrgStatement } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { Vault } from '../../ports/vault.ts'
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

/** The call of `file_submissions()` that stores these filings, in this order; the answers are sealed here. */
export function filingStatement(vault: Vault, attempts: readonly Attempt[], stripe: number): OrgStatement {
  const filings = attempts.map((attempt, i) => ({ i, ...asRow(vault, attempt) }))
  return {
    orgId: attempts[0]?.filing.orgId ?? '',
    text: `select * from file_submissions(${literal(JSON.stringify(filings))}, ${stripe}::smallint)`,
  }
}

function asRow(vault: Vault, { filing, revision }: Attempt) {
  const { orgId, formId, periodStart, memberId } = filing
  return {
    org_id: orgId,
    form_id: formId,
    period_start: periodStart,
    member_id: memberId,
    id: newId(),
    number: newReceiptNumber(filing.periodKind, filing.filedOn),
    revision,
    form_version: filing.formVersion,
    answers: vault.seal(answersPlace(filing, revision), JSON.stringify(filing.answers)).toString('base64'),
    carried: filing.carried,
    facets: filing.facets,
    is_abnormal: filing.isAbnormal,
    filed_by: filing.filedBy,
    reason: filing.reason,
    at: new Date(filing.at).toISOString(),
    is_expected: filing.isExpected,
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
  if (outcome === 'ended' || outcome === 'stale' || outcome === 'unexpected') return { outcome }
  return { outcome: 'again' }
}
