import { Type } from 'typebox'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { defineJob, exponential, type JobContext } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { WorkplaceBusy, WorkplaceRefused, type Readers, type SendResult } from '../../ports/workplace.ts'
import { pushCalls } from '../../metrics.ts'
import { formFacts, senderOf } from './form-facts.repo.ts'
import { writingOf, type Writing } from './messages.service.ts'
import { isByMail, sendLetters } from './letters.service.ts'
import { nextWaking } from './held.repo.ts'
import { inParallel } from './parallel.ts'
import { batchRecorder, type BatchRecorder } from './batch-recorder.ts'
import { kindsForMissing, type OpenBatch, type Push, type SentBatch } from './pushes.repo.ts'
import * as pushes from './pushes.repo.ts'
import { nextReadAt } from './read-times.ts'
import { askReads } from './reads.jobs.ts'
import { nextAskAt, noteReads } from './reads.repo.ts'
import { dueBatches } from './quiet.ts'
import { targetOf, type PushTarget } from './target.ts'
import { sendTexts } from './texts.service.ts'
import { isToldOfAll } from './told.ts'
import { addUsage } from './usage.repo.ts'

/** Batches one run takes before it lets another org's push have its turn. */
const batchesPerRun = 200
/** Calls under way at once; the pace below the platform's limit is kept by the adapter. */
const callsInFlight = 64
const settleAfterMs = 60_000
/** The platform keeps a task's result for a day. */
const resultKeptMs = 24 * 3_600_000
/** Refusals that only say "too many in this minute"; those people are asked again. */
const tooManyThisMinute: readonly string[] = ['143103', '143104', '143203', '143204']
/** Whether it is done, and what became of it. */
const callsPerResult = 2
const sendAgainForMs = 30 * 60_000
/** "Delivered that text today already": the first of two calls, of which the answer was lost, had arrived. */
const deliveredBefore: readonly string[] = ['143106', '143206']

const PushData = Type.Object({ orgId: Uuid, pushId: Uuid })

/**
 * Sends a push, batch by batch. Runs at least once: what became of a batch is written down within milliseconds, and a
 * batch written down is never sent again. A killed worker may repeat the calls it had under way; the platform drops
 * the same text to the same person within a day.
 */
export const sendPush = defineJob({
  name: 'notifications.push',
  queue: 'push',
  data: PushData,
  retryAfterMs: exponential(2_000, 300_000),
  async run({ orgId, pushId }, ctx) {
    const ready = await ctx.inOrg(orgId, async (scope) => {
      const push = await pushes.byId(scope, pushId)
      if (!push || (push.state !== 'planned' && push.state !== 'sending')) return null
      await pushes.begin(scope, pushId)
      const form = await formFacts(scope, push.formId)
      if (!form || (form.isEnded && kindsForMissing.includes(push.kind)))
        return { push, stop: 'form-ended' as const }
      if (push.kind === 'remind-sms' || isByMail(push)) return { push, form }
      const writing = await writingOf(scope, push, form, ctx.deps.config.PUBLIC_URL)
      const sender = await senderOf(scope, writing.app)
      if (!sender) return { push, stop: 'app-not-enabled' as const }
      const page = { now: ctx.deps.clock.now(), limit: batchesPerRun }
      const batches = await dueBatches(scope, push, form, page)
      return { push, writing, target: { app: writing.app, ...sender }, batches }
    })
    if (ready === null) return
    const { push } = ready
    if ('stop' in ready) return finish(ctx, orgId, push, ready.stop)
    if ('form' in ready) {
      const { form } = ready
      const isAll = isByMail(push)
        ? await sendLetters(ctx, orgId, push, form)
        : await sendTexts(ctx, orgId, push, form)
      if (isAll) return finish(ctx, orgId, push)
    } else {
      await sendBatches(ctx, orgId, ready)
      if (ready.batches.length < batchesPerRun) return finish(ctx, orgId, push)
    }
    const now = ctx.deps.clock.now()
    await ctx.inOrg(orgId, (scope) => emit(scope, sendPush, { orgId, pushId }, { now, dedupKey: pushId }))
  },
})

interface Ready {
  readonly push: Push
  readonly writing: Writing
  readonly target: PushTarget
  readonly batches: readonly OpenBatch[]
}

async function sendBatches(ctx: JobContext, orgId: string, ready: Ready): Promise<void> {
  const recorder = batchRecorder((outcomes) =>
    ctx.inOrg(orgId, async (scope) => {
      const now = ctx.deps.clock.now()
      await pushes.recordBatches(scope, ready.push.id, outcomes, now)
      const messages = outcomes.reduce((sum, { sent_to }) => sum + sent_to, 0)
      const calls = outcomes.filter(({ state }) => state !== 'settled').length
      await addUsage(scope, ready.target.app, { messages, calls }, now)
    }),
  )
  try {
    await inParallel(ready.batches, callsInFlight, (batch) => sendBatch(ctx, orgId, ready, batch, recorder))
  } finally {
    await recorder.flushed()
  }
}

async function sendBatch(
  ctx: JobContext,
  orgId: string,
  { writing, target, push }: Ready,
  { batch, memberIds, userIds, leftOut }: OpenBatch,
  recorder: BatchRecorder,
): Promise<void> {
  const nobody = {
    batch,
    state: 'settled',
    task_id: null,
    reason: 'nobody-left',
    sent_to: 0,
    left_out: [...leftOut, ...memberIds],
  } as const
  if (userIds.length === 0) return recorder.add(nobody)
  const { message: written } = writing
  const message =
    typeof written === 'function'
      ? await ctx.inOrg(orgId, (scope) => written(scope, memberIds[0] ?? ''))
      : written
  if (message === null) return recorder.add(nobody)
  try {
    const taskId = await ctx.deps.workplace.sendMessage(target, userIds, message)
    pushCalls.inc({ kind: push.kind, outcome: 'sent' })
    recorder.add({
      batch,
      state: 'sent',
      task_id: taskId,
      reason: null,
      sent_to: userIds.length,
      left_out: leftOut,
    })
  } catch (error) {
    const isRefused = error instanceof WorkplaceRefused
    pushCalls.inc({ kind: push.kind, outcome: isRefused ? 'refused' : 'busy' })
    if (!isRefused) throw error
    recorder.add({ batch, state: 'failed', task_id: null, reason: error.code, sent_to: 0, left_out: [] })
  }
}

async function finish(ctx: JobContext, orgId: string, push: Push, reason?: string): Promise<void> {
  const now = ctx.deps.clock.now()
  await ctx.inOrg(orgId, async (scope) => {
    if (reason) await pushes.failOpenBatches(scope, push.id, { which: 'all', reason, now })
    const data = { orgId, pushId: push.id }
    const settling = { now, notBefore: now + settleAfterMs, dedupKey: push.id }
    const wakingAt = await nextWaking(scope, push.id)
    if (wakingAt !== null) {
      // Some sleep still. What became of the others is not asked hours later: the platform forgets it in a day.
      await emit(scope, sendPush, data, { now, notBefore: wakingAt, dedupKey: push.id })
      await emit(scope, settlePush, data, settling)
      return
    }
    if (await pushes.finish(scope, push.id, now)) await emit(scope, settlePush, data, settling)
  })
}

/** Asks the platform what became of each call, and writes down whom it did not reach (ledger: settled, failed). */
export const settlePush = defineJob({
  name: 'notifications.settle',
  queue: 'push',
  data: PushData,
  retryAfterMs: exponential(30_000, 1_800_000),
  async run({ orgId, pushId }, ctx) {
    const found = await ctx.inOrg(orgId, async (scope) => {
      const push = await pushes.byId(scope, pushId)
      if (!push) return null
      return {
        push,
        target: await targetOf(scope, pushId, ctx.deps.config.PUBLIC_URL),
        batches: await pushes.sentBatches(scope, pushId, batchesPerRun),
      }
    })
    if (found === null || found.batches.length === 0) return
    const { push, target, batches } = found
    let open = 0
    await inParallel(batches, 8, async (batch) => {
      if (!(await settleBatch(ctx, { orgId, push, target }, batch))) open += 1
    })
    if (open > 0) throw new RetryLater(settleAfterMs, `${open} batches are not finished`)
    const now = ctx.deps.clock.now()
    await ctx.inOrg(orgId, async (scope) => {
      if (batches.length === batchesPerRun)
        await emit(scope, settlePush, { orgId, pushId }, { now, dedupKey: pushId })
      const notBefore = await nextAskAt(scope, pushId)
      if (notBefore !== null)
        await emit(scope, askReads, { orgId, pushId }, { now, notBefore, dedupKey: pushId })
    })
  },
})

async function settleBatch(
  ctx: JobContext,
  { orgId, push, target }: { orgId: string; push: Push; target: PushTarget | null },
  { batch, taskId, sentAt, sentTo, heldUntil }: SentBatch,
): Promise<boolean> {
  const now = ctx.deps.clock.now()
  const close = (reason: string | null, failed: SendResult['failed'], readers?: Readers) =>
    ctx.inOrg(orgId, async (scope) => {
      await pushes.settleBatch(scope, push.id, { batch, reason, failed }, now)
      if (readers) {
        const nextAt = readers.unread.length === 0 ? null : nextReadAt(sentAt, now)
        await noteReads(scope, push.id, { batch, userIds: readers.read, nextAt })
        if (target) await addUsage(scope, target.app, { messages: 0, calls: callsPerResult }, now)
      }
      const again = failed
        .filter((each) => tooManyThisMinute.includes(each.reason))
        .map(({ userId }) => userId)
      if (again.length === 0 || now - Math.max(push.madeAt, heldUntil ?? 0) > sendAgainForMs) return
      await pushes.planAgain(
        scope,
        push.id,
        again,
        ctx.deps.workplace.messageBatchSize(target?.app ?? 'forms'),
      )
      await emit(scope, sendPush, { orgId, pushId: push.id }, { now, dedupKey: push.id })
    })
  if (target === null || now - sentAt > resultKeptMs) {
    await close('result-unknown', [])
    return true
  }
  try {
    const result = await ctx.deps.workplace.sendResult(target, taskId)
    if (!result.isFinished) return false
    await close(
      isToldOfAll(result, sentTo) ? null : 'result-unknown',
      result.failed.filter(({ reason }) => !deliveredBefore.includes(reason)),
      result,
    )
    return true
  } catch (error) {
    if (error instanceof WorkplaceBusy) return false
    if (!(error instanceof WorkplaceRefused)) throw error
    await close(error.code, [])
    return true
  }
}
