import { Type } from 'typebox'
import {
  addDays,
  civilDate,
  CivilDateText,
  instantAt,
  type CivilDate,
} from '@kangbao/shared/calendar/civil-day.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { GovernmentTakenReport } from '@kangbao/shared/contracts/government.ts'
import { reconciliationDays } from '@kangbao/shared/contracts/reconciliations.ts'
import { reconcile } from '@kangbao/shared/reports/reconcile.ts'
import type { Deps } from '../../deps.ts'
import { defineJob, defineTick, exponential } from '../../jobs/define-job.ts'
import { emitSystem } from '../../jobs/outbox.repo.ts'
import { reconciliationsDone } from '../../metrics.ts'
import { GovernmentUnavailable, type Government } from '../../ports/government.ts'
import { programmeDay, programmeZone } from '../reports/index.ts'
import { ownReports } from './own-reports.system.ts'
import * as reconciliations from './reconciliations.system.ts'

/** When most of the day's reports have arrived, and nobody reports. */
const nightlyAt = '02:00'
/** Two million reports: a list longer than this never ends. */
const mostPages = 2_000
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
    const { isNew, unsettled } = await deps.database.inSystem(async (system) => ({
      isNew: (await reconciliations.ofDay(system, yesterday)) === null,
      unsettled: await reconciliations.unsettledDays(system, { from, before: hour }),
    }))
    for (const day of isNew ? [yesterday, ...unsettled] : unsettled) await beginReconciliation(deps, day)
  },
})

/** Begins to compare a day, or begins anew; null while it is being compared. Returns the reconciliation's id. */
export function beginReconciliation(
  { database, clock }: Pick<Deps, 'database' | 'clock'>,
  day: CivilDate,
): Promise<string | null> {
  const now = clock.now()
  return database.inSystem(async (system) => {
    const id = await reconciliations.begin(system, day, now)
    if (id !== null) await emitSystem(system, reconcileDay, { reconciliationId: id, day }, { now })
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
  data: Type.Object({ reconciliationId: Uuid, day: CivilDateText }),
  retryAfterMs: exponential(30_000, 3_600_000),
  async run({ reconciliationId: id, day: dayText }, { deps, log }) {
    const { database, clock, government } = deps
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
    const { reports, orgIds } = await ownReports(deps, day, since)
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

async function wholeList(government: Government, day: CivilDate): Promise<GovernmentTakenReport[] | null> {
  const items: GovernmentTakenReport[] = []
  let after: string | null = null
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page: Awaited<ReturnType<Government['taken']>> = await government.taken(day, after)
    if (page === null) return null
    items.push(...page.items)
    if (page.next === null) return items
    after = page.next
  }
  throw new GovernmentUnavailable('the list of receipts does not end', null)
}
