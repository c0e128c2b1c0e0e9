import { Type } from 'typebox'
import { addDays, civilDate, CivilDateText, instantAt } from '@kangbao/shared/calendar/civil-day.ts'
import { defaultEndpointId } from '@kangbao/shared/contracts/endpoints.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import { reconciliationDays } from '@kangbao/shared/contracts/reconciliations.ts'
import { reconcile } from '@kangbao/shared/reports/reconcile.ts'
import type { Deps } from '../../deps.ts'
import { defineJob, defineTick, exponential } from '../../jobs/define-job.ts'
import { emitSystem } from '../../jobs/outbox.repo.ts'
import { reconciliationsDone } from '../../metrics.ts'
import { GovernmentUnavailable } from '../../ports/government.ts'
import { listedEndpoints, liveEndpoint, wholeList } from '../endpoints/index.ts'
import { programmeDay, programmeZone } from '../reports/index.ts'
import { ownReports } from './own-reports.system.ts'
import * as reconciliations from './reconciliations.system.ts'

/** When most of the day's reports have arrived, and nobody reports. */
const nightlyAt = '02:00'
/** A receiver that lost its data must not fill ours: so many differences are kept, all are counted. */
const mostKept = 10_000

/**
 * Compares yesterday at night, and again each night of a month a day whose reports were not all settled or not all
 * agreed on: what was late has arrived since, what was mended agrees.
 */
export const nightlyReconciliation = defineTick({
  name: 'reports.reconciliations',
  everyMs: 60_000,
  async run({ deps }) {
    const now = deps.clock.now()
    const today = programmeDay(now)
    const hour = instantAt(today, nightlyAt, programmeZone)
    if (now < hour) return
    const from = addDays(today, -reconciliationDays)
    const yesterday = addDays(today, -1)
    const due = await deps.database.inSystem(async (system) => {
      const begun = await reconciliations.begunOn(system, yesterday)
      const fresh = (await listedEndpoints(system))
        .filter((id) => !begun.includes(id))
        .map((endpointId) => ({ day: yesterday, endpointId }))
      return [...fresh, ...(await reconciliations.unsettledDays(system, { from, before: hour }))]
    })
    for (const each of due) await beginReconciliation(deps, each)
  },
})

/** Begins to compare a day, or begins anew; null while it is being compared. Returns the reconciliation's id. */
export function beginReconciliation(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  wanted: reconciliations.EndpointDay,
): Promise<string | null> {
  const now = clock.now()
  return database.inSystem(async (system) => {
    const id = await reconciliations.begin(system, wanted, now)
    if (id !== null) await emitSystem(system, reconcileDay, { reconciliationId: id, ...wanted }, { now })
    return id
  })
}

/**
 * Reads the receiver's list of a day, then the own reports, and stores what differs. Safe to run twice: what it
 * found takes the place of what an earlier run did.
 */
export const reconcileDay = defineJob({
  name: 'reports.reconcile',
  queue: 'reports',
  data: Type.Object({ reconciliationId: Uuid, day: CivilDateText, endpointId: Type.Optional(Uuid) }),
  retryAfterMs: exponential(30_000, 3_600_000),
  async run({ reconciliationId: id, day: dayText, endpointId = defaultEndpointId }, { deps, log }) {
    const { database, clock } = deps
    const { government } = await liveEndpoint(deps, endpointId)
    const day = civilDate(dayText)
    // Whatever is on the list was sent before this; what is delivered from here on may be on it or not.
    const since = clock.now()
    const taken = await wholeList(government, day).catch(async (error: unknown) => {
      if (error instanceof GovernmentUnavailable) {
        reconciliationsDone.inc({ outcome: 'unanswered' })
        await database.inSystem((system) => reconciliations.markUnanswered(system, id))
      }
      throw error
    })
    if (taken === null) {
      reconciliationsDone.inc({ outcome: 'no-list' })
      await database.inSystem((system) =>
        reconciliations.finish(system, id, { state: 'no-list' }, clock.now()),
      )
      return
    }
    const { reports, orgIds } = await ownReports(database, government, { day, endpointId, since })
    const found = reconcile(reports, taken)
    const counts = {
      delivered: reports.filter(({ state }) => state === 'delivered').length,
      open: reports.filter(({ state }) => state === 'open').length,
      taken: taken.length,
      differences: found.length,
    }
    const kept = found
      .slice(0, mostKept)
      .map((difference) => ({ ...difference, orgId: orgIds.get(difference.corpId) ?? null }))
    const state = found.length === 0 ? 'agreed' : 'different'
    reconciliationsDone.inc({ outcome: state })
    log[state === 'agreed' ? 'info' : 'warn']({ day, ...counts }, 'reports compared with the receiver’s list')
    await database.inSystem((system) =>
      reconciliations.finish(system, id, { state, ...counts, kept }, clock.now()),
    )
  },
})
