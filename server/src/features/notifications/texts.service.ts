import type { Deps } from '../../deps.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { takeReminderTexts } from '../codes/index.ts'
import type { FormFacts } from './form-facts.repo.ts'
import * as pushes from './pushes.repo.ts'
import { dueBatches, isAsleep } from './quiet.ts'
import type { OpenBatch, Push } from './pushes.repo.ts'
import * as texts from './texts.repo.ts'

/** People of one batch; a batch is written down as a whole. */
export const textsPerBatch = 20
/** Batches one run takes before it lets others have their turn. */
const batchesPerRun = 10
/** So often a text the carrier did not take is tried again before the ledger says that it failed. */
const mostTries = 5
const roomAgainMs = 5 * 60_000
/** A reminder that waited longer for room in the budget is none any more. */
const waitsForRoomMs = 3 * 3_600_000

/**
 * Sends the texts of a push, a batch at a time; true when nothing of it is left to send. Each text has a key of its own, so
 * that one whose answer was lost is not delivered twice. It names nobody and no form (S-45). Quiet hours end it: a text
 * wakes people, and who is asleep reads the card in the morning. So does a budget of texts that stays spent (S-18).
 */
export async function sendTexts(
  { deps, inOrg, attempts }: JobContext,
  orgId: string,
  push: Push,
  form: FormFacts,
): Promise<boolean> {
  const page = { now: deps.clock.now(), limit: batchesPerRun }
  const batches = await inOrg(orgId, (scope) => dueBatches(scope, push, form, page))
  for (const batch of batches) {
    const now = deps.clock.now()
    if (isAsleep(form, now)) {
      await inOrg(orgId, (scope) =>
        pushes.failOpenBatches(scope, push.id, { which: 'due', reason: 'quiet-hours', now }),
      )
      return true
    }
    const phones = await inOrg(orgId, (scope) => texts.phonesOf(scope, batch.memberIds))
    if (!(await hasRoom(deps, orgId, phones.size))) {
      if (now - Math.max(push.madeAt, batch.heldUntil ?? 0) < waitsForRoomMs)
        throw new RetryLater(roomAgainMs, 'the budget of texts is spent for now')
      await inOrg(orgId, (scope) =>
        pushes.failOpenBatches(scope, push.id, { which: 'due', reason: 'sms-budget', now }),
      )
      return true
    }
    await sendBatch({ deps, inOrg, attempts }, orgId, push, { ...batch, phones })
  }
  return batches.length < batchesPerRun
}

/** Texts cost money whatever they say. A batch that is tried again counts again: the carrier may have taken part of it. */
async function hasRoom({ database, clock, config }: Deps, orgId: string, count: number): Promise<boolean> {
  if (count === 0) return true
  const wanted = { orgId, texts: count, now: clock.now(), hourlyBudget: config.SMS_HOURLY_BUDGET }
  return database.inSystem((system) => takeReminderTexts(system, wanted))
}

async function sendBatch(
  { deps, inOrg, attempts }: Pick<JobContext, 'deps' | 'inOrg' | 'attempts'>,
  orgId: string,
  push: Push,
  { batch, memberIds, leftOut, phones }: OpenBatch & { readonly phones: ReadonlyMap<string, Buffer> },
): Promise<void> {
  const failed: string[] = []
  for (const [memberId, sealed] of phones) {
    const to = await deps.vault.open({ orgId, table: 'members', column: 'phone', row: memberId }, sealed)
    const text = { to, template: 'fill-reminder', params: {}, locale: 'zh-CN' } as const
    try {
      await deps.sms.send(text, `${push.id}:${memberId}`)
    } catch (error) {
      if (attempts < mostTries) throw error
      failed.push(memberId)
    }
  }
  const outcome = {
    batch,
    state: 'settled',
    task_id: null,
    reason: phones.size === 0 ? 'nobody-left' : 'sms-taken',
    sent_to: phones.size - failed.length,
    left_out: [...leftOut, ...memberIds.filter((id) => !phones.has(id))],
  } as const
  await inOrg(orgId, async (scope) => {
    await pushes.recordBatches(scope, push.id, [outcome], deps.clock.now())
    await texts.noteFailures(scope, push.id, failed, 'sms-failed')
  })
}
