import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { revokeStaleRoles } from '../../db/revocations.repo.ts'
import { currentPeriods } from '../completeness/index.ts'
import { dropExports, removeRecipient } from '../exports/index.ts'
import { eraseFilesOf, eraseLater } from '../files/index.ts'
import { removeAddresses } from '../mail/index.ts'
import { removeChoices } from '../notifications/index.ts'
import { ownerOfSubmission } from '../submissions/index.ts'
import * as repo from './erase-member.repo.ts'

/**
 * Takes away what the product holds of a person (S-42): answers with all revisions, that he was asked, files, his phone and mail address.
 * Counts stay. Of a member who is still here the row of the contact book stays, since his organisation keeps that; of a
 * guest and of one who left only a number is left. Safe to run again.
 */
export async function eraseMember(scope: OrgScope, memberId: string, now: EpochMs): Promise<void> {
  const open = await currentPeriods(scope, now)
  for (const period of open) await repo.unfile(scope, period, memberId)
  await repo.freezePeriodsOf(scope, memberId, open, now)
  const submissions = await repo.deleteAnswers(scope, memberId)
  await eraseFilesOf(scope, submissions.map(ownerOfSubmission), now)
  await eraseLater(scope, await repo.deleteFiles(scope, memberId), now)
  await dropExports(scope, 'all', now)
  await repo.deleteExpectations(scope, memberId, open)
  await repo.deletePhone(scope, memberId)
  await repo.forgetInEvents(scope, memberId)
  await removeAddresses(scope, [memberId])
  await removeChoices(scope, [memberId])
  const isHere = await repo.isStillHere(scope, memberId)
  if (!isHere) {
    await repo.deleteAbsences(scope, memberId)
    await removeRecipient(scope, memberId)
    await repo.deleteCards(scope, memberId)
    await repo.pseudonymise(scope, memberId, now)
    await revokeStaleRoles(scope, [memberId])
  }
  await appendAudit(scope, {
    action: 'member.erased',
    object: `member:${memberId}`,
    people: [memberId],
    detail: { answers: submissions.length, isPseudonymised: !isHere },
    at: now,
  })
}
