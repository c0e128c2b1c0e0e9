import { defineTick } from '../../jobs/define-job.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import { endpointOldestSeconds } from '../../metrics.ts'
import * as endpoints from './endpoints.system.ts'
import { owedByEndpoint } from './owed.system.ts'
import { setOverdue } from './health.system.ts'
import { currentPause } from './pauses.system.ts'

/** What an endpoint is owed longer than this is told to the operator. */
export const overdueMs = 15 * 60_000

/**
 * Looks how long what each endpoint is owed has waited, and tells whoever runs the installation once when it is too long.
 * While deliveries are stopped they wait because somebody said so.
 */
export const watchEndpoints = defineTick({
  name: 'endpoints.watch',
  everyMs: 15_000,
  async run({ deps: { database, clock }, log }) {
    const now = clock.now()
    await database.inSystem(async (system) => {
      const isStopped = (await currentPause(system)) !== null
      const owed = await owedByEndpoint(system)
      endpointOldestSeconds.reset()
      for (const { id, name, pause, overdueSince, failure } of await endpoints.all(system)) {
        const { oldestAt = now, waiting = 0 } = owed.get(id) ?? {}
        const waitedMs = isStopped || pause !== null ? 0 : Math.max(0, now - oldestAt)
        endpointOldestSeconds.set({ endpoint: name }, waitedMs / 1000)
        const isOverdue = waitedMs > overdueMs
        if (isOverdue === (overdueSince !== null)) continue
        await setOverdue(system, id, isOverdue ? oldestAt : null)
        if (!isOverdue) continue
        const detail = { name, waiting, oldestAt: new Date(oldestAt).toISOString(), failure }
        await noteSystem(system, { action: 'endpoint.overdue', at: now, object: `endpoint:${id}`, detail })
        log.error({ endpoint: id, ...detail }, 'reports wait too long for an endpoint')
      }
    })
  },
})
