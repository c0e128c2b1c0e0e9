import { defineTick, type JobContext } from '../../jobs/define-job.ts'
import { numberWaiting } from './events.repo.ts'
import { wakeEndpoints } from './webhooks.jobs.ts'
import { orgsWithWaiting } from './waiting-events.system.ts'

const orgsAtOnce = 500
const eventsAtOnce = 2_000

/** Gives events their numbers, after they were committed: a reader who is at a number meets no lower one (ADR 72). */
export async function numberEvents(ctx: JobContext): Promise<void> {
  for (const orgId of await ctx.deps.database.inSystem((system) => orgsWithWaiting(system, orgsAtOnce))) {
    await ctx
      .inOrg(orgId, async (scope) => {
        if ((await numberWaiting(scope, eventsAtOnce)) > 0) await wakeEndpoints(scope, ctx.deps.clock.now())
      })
      .catch((error: unknown) => ctx.log.warn({ err: error, orgId }, 'events not numbered; trying again'))
  }
}

export const numberTick = defineTick({ name: 'open-api.number', everyMs: 1_000, run: numberEvents })
