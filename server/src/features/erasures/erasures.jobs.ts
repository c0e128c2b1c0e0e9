import { Type } from 'typebox'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { defineJob, defineTick, exponential } from '../../jobs/define-job.ts'
import { emitMany } from '../../jobs/outbox.repo.ts'
import { policyOf } from '../forms/index.ts'
import { openHolds } from '../retention/index.ts'
import { eraseMember } from './erase-member.ts'
import { eraseOrg } from './erase-org.ts'
import { orgsToErase } from './erase-org.repo.ts'
import * as repo from './erasures.repo.ts'
import { removeGiven } from './take-back.ts'

const dayMs = 86_400_000

/** Does what a person asked for, unless somebody objected or a legal hold came between (S-42). Safe to run twice. */
export const runErasure = defineJob({
  name: 'erasures.run',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, erasureId: Uuid }),
  retryAfterMs: exponential(5_000, 3_600_000),
  async run({ orgId, erasureId }, { deps, inOrg }) {
    const now = deps.clock.now()
    await inOrg(orgId, async (scope) => {
      const row = await repo.byId(scope, erasureId)
      if (row?.state !== 'asked') return
      if ((await openHolds(scope)).length > 0) {
        await repo.decide(scope, {
          id: erasureId,
          state: 'objected',
          by: null,
          ground: 'legal-hold',
          now,
        })
        return appendAudit(scope, {
          action: 'erasure.objected',
          object: `erasure:${erasureId}`,
          people: [row.memberId],
          detail: { ground: 'legal-hold' },
          at: now,
        })
      }
      // On the disk before it is done: what was begun and fell is done again, and done is never missing from the list.
      await deps.erasures.append({ kind: 'member', orgId, memberId: row.memberId, erasureId, at: now })
      await eraseMember(scope, row.memberId, now)
      await repo.markDone(scope, { ...row, now })
    })
  },
})

/** A filing may have been let through by a process that heard of a withdrawal a moment later: once more, after that. */
export const finishWithdrawal = defineJob({
  name: 'erasures.finish-withdrawal',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, memberId: Uuid, subject: Type.String(), purpose: Type.String() }),
  retryAfterMs: exponential(5_000, 3_600_000),
  async run({ orgId, ...given }, { deps, inOrg }) {
    const now = deps.clock.now()
    await inOrg(orgId, async (scope) => {
      const decisions = await repo.newestDecision(scope, given)
      if (decisions === 'withdrawn') await removeGiven(deps, scope, { ...given, now })
    })
  },
})

/** Everything of an org that removed the product long enough ago (S-41). */
export const eraseRemovedOrg = defineJob({
  name: 'erasures.org',
  queue: 'default',
  data: Type.Object({ orgId: Uuid }),
  retryAfterMs: exponential(60_000, 3_600_000),
  async run({ orgId }, { deps, inOrg }) {
    const now = deps.clock.now()
    const removedBefore = now - policyOf(null).removedOrgDays * dayMs
    const due = await deps.database.inSystem((system) => orgsToErase(system, removedBefore))
    if (!due.includes(orgId)) return
    if ((await inOrg(orgId, openHolds)).length > 0) return
    await deps.erasures.append({ kind: 'org', orgId, at: now })
    await eraseOrg(orgId, deps.vault, (work) => inOrg(orgId, work), now)
  },
})

/** Looks for orgs whose time is over. */
export const findRemovedOrgs = defineTick({
  name: 'erasures.removed-orgs',
  everyMs: 3_600_000,
  async run({ deps }) {
    const now = deps.clock.now()
    const removedBefore = now - policyOf(null).removedOrgDays * dayMs
    await deps.database.inSystem(async (system) => {
      const due = await orgsToErase(system, removedBefore)
      await emitMany(
        system,
        eraseRemovedOrg,
        due.map((orgId) => ({ orgId, data: { orgId } })),
        now,
      )
    })
  },
})
