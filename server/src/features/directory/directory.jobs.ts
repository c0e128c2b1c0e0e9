import { Type } from 'typebox'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { defineJob, defineTick, exponential } from '../../jobs/define-job.ts'
import { emitSystem } from '../../jobs/outbox.repo.ts'
import { orgsToReconcile } from './reconcile.system.ts'
import * as refresh from './refresh.service.ts'
import { startSync } from './start-sync.ts'
import { syncDirectory as runSync } from './sync.service.ts'

/** More people than this to read again: the whole directory is fewer calls. */
const manyPeople = 30
/** An event read while a full sync runs is read once more afterwards: the sync may have read the older state. */
const againMs = 30_000

/** A full sync (Z-21). Tried again after 2 s, 4 s … up to every 10 minutes, for as long as it takes. */
export const syncDirectory = defineJob({
  name: 'directory.sync',
  queue: 'directory',
  data: Type.Object({ orgId: Uuid }),
  retryAfterMs: exponential(2_000, 600_000),
  run: ({ orgId }, ctx) => runSync(orgId, ctx),
})

/** One person (Z-22); not in the queue of full syncs, behind which it would wait. */
export const refreshMember = defineJob({
  name: 'directory.refresh-member',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, userId: Type.String({ maxLength: 64 }) }),
  retryAfterMs: exponential(2_000, 600_000),
  async run(data, ctx) {
    const { orgId, userId } = data
    const { isSyncRunning, isAdminChanged } = await refresh.refreshMember(data, ctx)
    if (isAdminChanged) await refresh.refreshAdmins(orgId, ctx)
    if (!isSyncRunning) return
    const now = ctx.deps.clock.now()
    await ctx.deps.database.inSystem((system) =>
      emitSystem(system, refreshMember, data, {
        now,
        notBefore: now + againMs,
        dedupKey: `${orgId} ${userId} again`,
      }),
    )
  },
})

/** One department (Z-22). */
export const refreshDepartment = defineJob({
  name: 'directory.refresh-department',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, departmentId: Type.Integer() }),
  retryAfterMs: exponential(2_000, 600_000),
  async run(data, ctx) {
    const { orgId } = data
    const left = await refresh.refreshDepartment(data, ctx)
    const now = ctx.deps.clock.now()
    if (left.length > manyPeople) return ctx.inOrg(orgId, (scope) => startSync(scope, syncDirectory, now))
    await ctx.deps.database.inSystem(async (system) => {
      for (const userId of left)
        await emitSystem(system, refreshMember, { orgId, userId }, { now, dedupKey: `${orgId} ${userId}` })
    })
  },
})

/** Who is admin (Z-24). */
export const refreshAdmins = defineJob({
  name: 'directory.refresh-admins',
  queue: 'default',
  data: Type.Object({ orgId: Uuid }),
  retryAfterMs: exponential(2_000, 600_000),
  run: ({ orgId }, ctx) => refresh.refreshAdmins(orgId, ctx),
})

/** Every org is read anew once a night, spread over the hour after 03:10 (Z-22): events do get lost. */
export const reconcileTick = defineTick({
  name: 'directory.reconcile',
  everyMs: 60_000,
  async run(ctx) {
    const now = ctx.deps.clock.now()
    const due = await ctx.deps.database.inSystem((system) => orgsToReconcile(system, now))
    for (const orgId of due) await ctx.inOrg(orgId, (scope) => startSync(scope, syncDirectory, now))
  },
})
