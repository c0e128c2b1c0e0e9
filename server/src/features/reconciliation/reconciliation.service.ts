import { addDays, civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { defaultEndpointId } from '@kangbao/shared/contracts/endpoints.ts'
import {
  reconciliationDays,
  type Reconciliation,
  type ReconciliationDifference,
} from '@kangbao/shared/contracts/reconciliations.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import type { Deps } from '../../deps.ts'
import { AppError, found } from '../../errors.ts'
import { pageOf, type Page, type PageQuery } from '../../http/page.ts'
import { isEndpoint } from '../endpoints/index.ts'
import { programmeDay } from '../reports/index.ts'
import { beginReconciliation } from './reconciliation.jobs.ts'
import * as reconciliations from './reconciliations.system.ts'

/** Days that were compared, newest first. */
export async function list(
  { database }: Deps,
  { cursor, limit = 50 }: PageQuery,
): Promise<Page<Reconciliation>> {
  const before = cursor === undefined ? null : placeOf(cursor)
  const items = await database.inSystem((system) =>
    reconciliations.list(system, { before, limit: limit + 1 }),
  )
  return pageOf(items, limit, ({ day, endpointId }) => `${day}_${endpointId}`)
}

function placeOf(cursor: string): { day: string; endpointId: string } {
  const [, day, endpointId] = /^(\d{4}-\d{2}-\d{2})_([0-9a-f-]{36})$/.exec(cursor) ?? []
  if (!day || !endpointId) throw new AppError('request.invalid', { part: 'querystring' })
  return { day, endpointId }
}

/** @throws AppError `resource.missing`. */
export async function byId({ database }: Deps, id: string): Promise<Reconciliation> {
  return found(await database.inSystem((system) => reconciliations.byId(system, id)))
}

/** What differs on one day; @throws AppError `resource.missing`. */
export async function differences(
  { database }: Deps,
  id: string,
  { cursor, limit = 50 }: PageQuery,
): Promise<Page<ReconciliationDifference>> {
  const after = cursor === undefined ? 0 : Number(cursorOf(/^\d{1,6}$/, cursor))
  return database.inSystem(async (system) => {
    found(await reconciliations.byId(system, id))
    const rows = await reconciliations.listDifferences(system, id, { after, limit: limit + 1 })
    const { items, nextCursor } = pageOf(rows, limit, ({ no }) => String(no))
    return { items: items.map(({ no: _no, ...difference }) => difference), nextCursor }
  })
}

/**
 * Compares a day with the list of an endpoint at once.
 * @throws AppError `reconciliation.day` of a day to come or long past, `run.running`, `resource.missing`.
 */
export async function start(
  deps: Deps,
  { day, endpointId = defaultEndpointId }: { day: string; endpointId?: string | undefined },
): Promise<Reconciliation> {
  const now = deps.clock.now()
  const today = programmeDay(now)
  if (day > today || day < addDays(today, -reconciliationDays)) throw new AppError('reconciliation.day')
  if (!(await deps.database.inSystem((system) => isEndpoint(system, endpointId))))
    throw new AppError('resource.missing')
  const id = await beginReconciliation(deps, { day: civilDate(day), endpointId })
  if (id === null) throw new AppError('run.running')
  return deps.database.inSystem(async (system) => {
    await noteSystem(system, {
      action: 'reconciliation.started',
      at: now,
      actor: 'operator',
      object: `reconciliation:${id}`,
      detail: { day, endpointId },
    })
    return found(await reconciliations.byId(system, id))
  })
}

function cursorOf(pattern: RegExp, cursor: string): string {
  if (!pattern.test(cursor)) throw new AppError('request.invalid', { part: 'querystring' })
  return cursor
}
