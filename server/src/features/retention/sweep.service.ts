import { addDays, civilDayOf, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { retentionLimits } from '@kangbao/shared/contracts/forms.ts'
import type { SweepCounts } from '@kangbao/shared/contracts/retention.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { Vault } from '../../ports/vault.ts'
import { eraseFilesOf } from '../files/index.ts'
import { formOrg } from '../forms/index.ts'
import { forgetEvents } from '../open-api/index.ts'
import { ownerOfSubmission } from '../submissions/index.ts'
import { openHolds } from './holds.repo.ts'
import { overdueOf } from './overdue.ts'
import { signatureOf } from './signature.ts'
import * as repo from './sweep.repo.ts'
import type { FormToSweep, Overdue, SweepRow } from './sweep.repo.ts'

/** Rows in one transaction: small enough that filings do not wait behind it. */
const batch = 1_000

type InOrg = <T>(work: (scope: OrgScope) => Promise<T>) => Promise<T>

/**
 * Deletes what is past its days (X-04, S-41), batch by batch, each batch with its counts in one transaction: a run that
 * is cut off goes on where it was, and the counts say what really went. Totals stay as they are. At the end the summary
 * is signed under a key that is not in the database.
 */
export async function sweepOrg(vault: Vault, inOrg: InOrg, now: EpochMs): Promise<void> {
  const { sweep, forms, zone } = await inOrg(async (scope) => {
    const { timeZone } = await formOrg(scope)
    const day = civilDayOf(now, timeZone)
    return {
      zone: timeZone,
      sweep: await repo.beginSweep(scope, { id: newId(), day, now }),
      forms: await formsNotHeld(scope),
    }
  })
  if (sweep.finishedAt !== null) return
  for (const form of forms) await sweepForm(inOrg, sweep.id, form, overdueOf(form, now, zone), now)
  const oldest = addDays(civilDayOf(now, zone), -retentionLimits.mostDays)
  await inOrg(async (scope) => {
    await repo.deleteAbsences(scope, oldest)
    await repo.deleteRevokedCards(scope, oldest)
    await forgetEvents(scope, now)
  })
  await inOrg((scope) => finish(vault, scope, sweep.id, now))
}

async function formsNotHeld(scope: OrgScope): Promise<FormToSweep[]> {
  const holds = await openHolds(scope)
  if (holds.some(({ formId }) => formId === null)) return []
  const held = new Set(holds.map(({ formId }) => formId))
  return (await repo.formsToSweep(scope)).filter(({ id }) => !held.has(id))
}

async function sweepForm(
  inOrg: InOrg,
  sweepId: string,
  form: FormToSweep,
  overdue: Overdue,
  now: EpochMs,
): Promise<void> {
  const isHeldNow = async (scope: OrgScope) =>
    (await openHolds(scope)).some(({ formId }) => formId === null || formId === form.id)
  for (let left = true; left;)
    left = await inOrg(async (scope) => {
      if (await isHeldNow(scope)) return false
      const { submissionIds, byMonth } = await repo.deleteAnswers(scope, overdue, batch)
      if (submissionIds.length === 0) return false
      await repo.freeze(scope, overdue, now)
      const owners = submissionIds.map(ownerOfSubmission)
      const files = await eraseFilesOf(scope, owners, now)
      await note(
        scope,
        sweepId,
        form.id,
        byMonth.map((each, i) => ({ ...each, files: i === 0 ? files : 0 })),
      )
      return submissionIds.length === batch
    })
  if (!overdue.isOnce || form.state === 'ended')
    for (let left = true; left;)
      left = await inOrg(async (scope) => {
        if (await isHeldNow(scope)) return false
        const gone = await repo.deleteExpectations(scope, overdue, batch)
        if (gone.length === 0) return false
        await repo.freeze(scope, overdue, now)
        await note(scope, sweepId, form.id, gone)
        return gone.reduce((sum, { expectations }) => sum + expectations, 0) === batch
      })
  await inOrg(async (scope) => {
    if (!(await isHeldNow(scope))) await repo.deletePushes(scope, overdue)
  })
}

type Counted = { readonly month: string } & Partial<Omit<SweepCounts, 'formId' | 'month'>>

async function note(
  scope: OrgScope,
  sweepId: string,
  formId: string,
  counted: readonly Counted[],
): Promise<void> {
  const sweep = await repo.sweepForUpdate(scope, sweepId)
  if (!sweep) throw new Error('a sweep vanished')
  await repo.saveDeleted(scope, sweepId, added(sweep.deleted, formId, counted))
}

/** Counts with more added, in order of form and month, so that the same is always signed alike. */
export function added(
  before: readonly SweepCounts[],
  formId: string,
  counted: readonly Counted[],
): SweepCounts[] {
  const sums = new Map(before.map((each) => [`${each.formId}/${each.month}`, each]))
  for (const { month, answers = 0, revisions = 0, expectations = 0, files = 0 } of counted) {
    const key = `${formId}/${month}`
    const old = sums.get(key)
    sums.set(key, {
      formId,
      month,
      answers: (old?.answers ?? 0) + answers,
      revisions: (old?.revisions ?? 0) + revisions,
      expectations: (old?.expectations ?? 0) + expectations,
      files: (old?.files ?? 0) + files,
    })
  }
  return [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each)
}

async function finish(vault: Vault, scope: OrgScope, sweepId: string, now: EpochMs): Promise<void> {
  const sweep: SweepRow | null = await repo.sweepForUpdate(scope, sweepId)
  if (!sweep || sweep.finishedAt !== null) return
  const finishedAt = new Date(now).toISOString()
  const signature = await signatureOf(vault, scope.orgId, { ...sweep, finishedAt })
  await repo.finishSweep(scope, { id: sweepId, finishedAt, signature })
  const answers = sweep.deleted.reduce((sum, each) => sum + each.answers, 0)
  if (sweep.deleted.length > 0)
    await appendAudit(scope, {
      action: 'retention.swept',
      object: `sweep:${sweepId}`,
      detail: { answers },
      at: now,
    })
}
