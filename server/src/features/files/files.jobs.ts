import { Type } from 'typebox'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import { defineJob, exponential } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import * as files from './files.repo.ts'

const data = Type.Object({ orgId: Uuid, fileId: Uuid })
const parts = ['arrival', 'content', 'thumbnail'] as const

/** How long a file may be part of nothing: a form left open over night can still be sent. */
export const looseForMs = 24 * 3_600_000

/** Takes the bytes of a removed file off the store. Safe to run twice: what is gone is gone. */
export const eraseBytes = defineJob({
  name: 'files.erase',
  queue: 'default',
  data,
  // Tried for as long as it takes.
  retryAfterMs: exponential(5_000, 3_600_000),
  async run({ orgId, fileId }, ctx) {
    if (await ctx.inOrg(orgId, (scope) => files.byId(scope, fileId))) return
    for (const part of parts) await ctx.deps.files.remove({ orgId, fileId, part })
  },
})

/** Throws away a file that became part of nothing: abandoned, broken off, or in quarantine. Owed from its first byte on. */
export const sweepLoose = defineJob({
  name: 'files.sweep',
  queue: 'default',
  data,
  retryAfterMs: exponential(5_000, 3_600_000),
  async run({ orgId, fileId }, ctx) {
    await ctx.inOrg(orgId, async (scope) => {
      if (await files.removeLoose(scope, fileId)) await eraseLater(scope, [fileId], ctx.deps.clock.now())
    })
  },
})

/** Owes the erasure of the bytes of rows removed in this transaction. */
export async function eraseLater(scope: OrgScope, fileIds: readonly string[], now: EpochMs): Promise<void> {
  for (const fileId of fileIds)
    await emit(scope, eraseBytes, { orgId: scope.orgId, fileId }, { now, dedupKey: fileId })
}

/** Removes the files of what was deleted in this transaction, `kind:id` each; returns how many. */
export async function eraseFilesOf(
  scope: OrgScope,
  owners: readonly string[],
  now: EpochMs,
): Promise<number> {
  const ids = owners.length === 0 ? [] : await files.removeOwnedByAny(scope, owners)
  await eraseLater(scope, ids, now)
  return ids.length
}
