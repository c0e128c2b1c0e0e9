import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import type { Deps } from '../../deps.ts'
import { sendPush } from './push.jobs.ts'
import type { PushKind } from './pushes.repo.ts'
import * as pushes from './pushes.repo.ts'

export interface PushPlan {
  readonly formId: string
  readonly periodStart: CivilDate
  readonly kind: PushKind
  readonly plannedAt: EpochMs
  /** Tells apart pushes of one moment. */
  readonly subject?: string
  readonly askedBy?: string
  /** `missing`: everyone expected who has not filed. */
  readonly recipients: 'missing' | readonly string[]
  /** People named in one call; 1 when each gets a text of their own. */
  readonly batchSize?: number
}

/**
 * Writes a push into the ledger with its batches and owes its sending, in the caller's transaction; planned again it
 * does nothing. Returns how many people it is for, or null when it was planned before.
 */
export async function planPush(
  { clock, workplace }: Pick<Deps, 'clock' | 'workplace'>,
  scope: OrgScope,
  plan: PushPlan,
): Promise<number | null> {
  const now = clock.now()
  const id = newId()
  const isNew = await pushes.insert(scope, {
    id,
    formId: plan.formId,
    periodStart: plan.periodStart,
    kind: plan.kind,
    plannedAt: plan.plannedAt,
    subject: plan.subject ?? '',
    askedBy: plan.askedBy ?? null,
    madeAt: now,
  })
  if (!isNew) return null
  const people = await insertRecipients(
    scope,
    id,
    plan,
    plan.batchSize ?? workplace.messageBatchSize('forms'),
  )
  await pushes.setRecipients(scope, id, people)
  if (people === 0) await pushes.finish(scope, id, now)
  else await emit(scope, sendPush, { orgId: scope.orgId, pushId: id }, { now, dedupKey: id })
  return people
}

async function insertRecipients(
  scope: OrgScope,
  id: string,
  plan: PushPlan,
  batchSize: number,
): Promise<number> {
  if (plan.recipients === 'missing') {
    return pushes.insertBatchesOfMissing(scope, { ...plan, id }, batchSize)
  }
  await pushes.insertBatches(scope, id, plan.recipients, batchSize)
  return plan.recipients.length
}
