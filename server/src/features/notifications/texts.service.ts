import { isQuiet, ladderOf } from '@kangbao/shared/calendar/reminder-ladder.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import type { FormFacts } from './form-facts.repo.ts'
import * as pushes from './pushes.repo.ts'
import type { OpenBatch, Push } from './pushes.repo.ts'
import * as texts from './texts.repo.ts'

/** People of one batch; a batch is written down as a whole. */
export const textsPerBatch = 20
/** Batches one run takes before it lets others have their turn. */
const batchesPerRun = 10
/** So often a text the carrier did not take is tried again before the ledger says that it failed. */
const mostTries = 5

/**
 * Sends the texts of a push, a batch at a time; true when nothing of it is left to send. Each text has a key of its own, so
 * that one whose answer was lost is not delivered twice. It names nobody and no form (S-45). Quiet hours end it: a text
 * wakes people, and who is asleep reads the card in the morning.
 */
export async function sendTexts(
  { deps, inOrg, attempts }: JobContext,
  orgId: string,
  push: Push,
  form: FormFacts,
): Promise<boolean> {
  const batches = await inOrg(orgId, (scope) => pushes.openBatches(scope, push, batchesPerRun))
  const { quietHours } = ladderOf(form.settings.reminders)
  for (const batch of batches) {
    const now = deps.clock.now()
    if (quietHours !== null && isQuiet(now, quietHours, form.timeZone)) {
      await inOrg(orgId, (scope) => pushes.failOpenBatches(scope, push.id, 'quiet-hours', now))
      return true
    }
    await sendBatch({ deps, inOrg, attempts }, orgId, push, batch)
  }
  return batches.length < batchesPerRun
}

async function sendBatch(
  { deps, inOrg, attempts }: Pick<JobContext, 'deps' | 'inOrg' | 'attempts'>,
  orgId: string,
  push: Push,
  { batch, memberIds, leftOut }: OpenBatch,
): Promise<void> {
  const phones = await inOrg(orgId, (scope) => texts.phonesOf(scope, memberIds))
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
