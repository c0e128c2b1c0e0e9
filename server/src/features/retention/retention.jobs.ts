import { Type } from 'typebox'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { forgetOld } from '../../db/repeats.repo.ts'
import { defineJob, defineTick, exponential } from '../../jobs/define-job.ts'
import { emitMany } from '../../jobs/outbox.repo.ts'
import { orgsToSweep } from './due-orgs.system.ts'
import { sweepOrg } from './sweep.service.ts'

const batch = 1_000

/** Deletes what an org has kept long enough. Run twice on a day it has nothing left to do. */
export const sweep = defineJob({
  name: 'retention.sweep',
  queue: 'default',
  data: Type.Object({ orgId: Uuid }),
  retryAfterMs: exponential(5_000, 3_600_000),
  async run({ orgId }, { deps, inOrg }) {
    const now = deps.clock.now()
    // What was kept so that an act sent again is done once.
    for (let gone = batch; gone === batch;) gone = await inOrg(orgId, (scope) => forgetOld(scope, now, batch))
    await sweepOrg(deps.vault, (work) => inOrg(orgId, work), now)
  },
})

/** Every org once a night. */
export const sweepTick = defineTick({
  name: 'retention.tick',
  everyMs: 60_000,
  async run({ deps }) {
    const now = deps.clock.now()
    await deps.database.inSystem(async (system) => {
      const due = await orgsToSweep(system, now)
      await emitMany(
        system,
        sweep,
        due.map((orgId) => ({ orgId, data: { orgId } })),
        now,
      )
    })
  },
})
