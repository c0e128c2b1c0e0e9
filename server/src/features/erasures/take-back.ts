import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { guardianPurpose, noticePurpose, type Notice } from '@kangbao/shared/consents/notice.ts'
import { noticeOf } from '@kangbao/shared/programmes/catalogue.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { Vault } from '../../ports/vault.ts'
import { currentPeriods } from '../completeness/index.ts'
import { insertDecisions, newestDecisions } from '../consents/index.ts'
import { dropExports } from '../exports/index.ts'
import { eraseFilesOf } from '../files/index.ts'
import { formsOfSubject, type FormOfSubject } from '../forms/index.ts'
import { ownerOfSubmission, stripAnswers } from '../submissions/index.ts'
import * as repo from './erase-member.repo.ts'

export interface Withdrawal {
  readonly memberId: string
  readonly subject: string
  readonly purpose: string
  /** When he withdrew. */
  readonly at: EpochMs
  readonly now: EpochMs
}

/**
 * Writes a withdrawal down and takes away what was given under the consent (S-40; PIPL, article 47), in one
 * transaction: no list, statistic or copy shows it from then on. Decided anew since, it has nothing to do.
 * @returns how many stored answers changed.
 */
export async function takeBack(
  { vault }: { readonly vault: Vault },
  scope: OrgScope,
  { memberId, subject, purpose, at, now }: Withdrawal,
): Promise<number> {
  const decisions = await newestDecisions(scope, memberId, subject)
  const newest = decisions.find((each) => each.purpose === purpose)
  if (newest && newest.decidedAt > at) return 0
  if (newest && newest.decision !== 'withdrawn') {
    const { version } = newest
    const row = { id: newId(), memberId, subject, purpose, version, decision: 'withdrawn' as const }
    await insertDecisions(scope, [row], at)
  }
  return removeGiven({ vault }, scope, { memberId, subject, purpose, now })
}

/** Takes away what stands under a purpose; also what a process that had not heard yet let through meanwhile. */
export async function removeGiven(
  { vault }: { readonly vault: Vault },
  scope: OrgScope,
  { memberId, subject, purpose, now }: Omit<Withdrawal, 'at'>,
): Promise<number> {
  const forms = await formsOfSubject(scope, subject)
  const formIds = forms.map(({ id }) => id)
  const fields = [...new Set(forms.flatMap((form) => fieldsOf(form, purpose)))]
  const changed = isWhole(purpose)
    ? await removeAnswers(scope, memberId, formIds, now)
    : await stripAnswers(scope, vault, { memberId, formIds, fields, now })
  // Files made before this moment may hold it.
  if (changed > 0) await dropExports(scope, formIds, now)
  return changed
}

/** Without the consent the whole form rests on, or the guardian's, nothing of it may stay. */
function isWhole(purpose: string): boolean {
  return purpose === noticePurpose || purpose === guardianPurpose
}

function fieldsOf({ definition }: FormOfSubject, purpose: string): readonly string[] {
  const notice: Notice | null = noticeOf(definition)
  return notice?.purposes.find(({ id }) => id === purpose)?.fields ?? []
}

async function removeAnswers(
  scope: OrgScope,
  memberId: string,
  formIds: readonly string[],
  now: EpochMs,
): Promise<number> {
  const open = (await currentPeriods(scope, now)).filter(({ formId }) => formIds.includes(formId))
  for (const period of open) await repo.unfile(scope, period, memberId)
  await repo.freezePeriodsOf(scope, memberId, open, now)
  const gone = await repo.deleteAnswers(scope, memberId, formIds)
  await eraseFilesOf(scope, gone.map(ownerOfSubmission), now)
  return gone.length
}
