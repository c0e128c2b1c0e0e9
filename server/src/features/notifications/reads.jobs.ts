import { Type } from 'typebox'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { defineJob, exponential, type JobContext } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { WorkplaceBusy, WorkplaceRefused } from '../../ports/workplace.ts'
import { nextReadAt } from './read-times.ts'
import * as reads from './reads.repo.ts'
import { targetOf, type PushTarget } from './target.ts'
import { inParallel } from './parallel.ts'
import { addUsage } from './usage.repo.ts'

/** Batches one run asks about before it lets others have their turn. */
const batchesPerRun = 200
/** Few at once: reads can wait, and what is being sent meanwhile goes first. */
const callsInFlight = 4
const busyAgainMs = 5 * 60_000

/**
 * Asks the platform who has opened the messages of a push, batch by batch and a few times in the day after it (ledger:
 * read). Safe to run twice: who has read stays so, and only what is due is asked about.
 */
export const askReads = defineJob({
  name: 'notifications.reads',
  queue: 'push',
  data: Type.Object({ orgId: Uuid, pushId: Uuid }),
  retryAfterMs: exponential(60_000, 1_800_000),
  async run({ orgId, pushId }, ctx) {
    const now = ctx.deps.clock.now()
    const about = await ctx.inOrg(orgId, async (scope) => ({
      target: await targetOf(scope, pushId, ctx.deps.config.PUBLIC_URL),
      batches: await reads.batchesToAsk(scope, pushId, { now, limit: batchesPerRun }),
    }))
    let busy = 0
    await inParallel(about.batches, callsInFlight, async (batch) => {
      if (busy === 0 && (await askBatch(ctx, { orgId, pushId, target: about.target }, batch))) return
      busy += 1
    })
    if (busy > 0) throw new RetryLater(busyAgainMs, `reads of ${busy} batches are still to be asked`)
    await ctx.inOrg(orgId, async (scope) => {
      const notBefore = await reads.nextAskAt(scope, pushId)
      if (notBefore !== null)
        await emit(scope, askReads, { orgId, pushId }, { now, notBefore, dedupKey: pushId })
    })
  },
})

/** False when the platform is busy: it is asked later. */
async function askBatch(
  { deps, inOrg }: JobContext,
  about: { readonly orgId: string; readonly pushId: string; readonly target: PushTarget | null },
  { batch, taskId, sentAt }: reads.AskedBatch,
): Promise<boolean> {
  const { orgId, pushId, target } = about
  const now = deps.clock.now()
  const next = nextReadAt(sentAt, now)
  // Nothing more comes of an app that was taken away, nor of a task the platform has forgotten.
  const askNoMore = () =>
    inOrg(orgId, (scope) => reads.noteReads(scope, pushId, { batch, userIds: null, nextAt: null }))
  if (target === null) return askNoMore().then(() => true)
  try {
    const { read, unread } = await deps.workplace.readers(target, taskId)
    await inOrg(orgId, async (scope) => {
      const nextAt = unread.length === 0 ? null : next
      await reads.noteReads(scope, pushId, { batch, userIds: read, nextAt })
      await addUsage(scope, target.app, { messages: 0, calls: 1 }, now)
    })
    return true
  } catch (error) {
    if (error instanceof WorkplaceBusy) return false
    if (!(error instanceof WorkplaceRefused)) throw error
    await askNoMore()
    return true
  }
}
