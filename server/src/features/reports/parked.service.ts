import type { ParkedReport, settleParkedReport } from '@kangbao/shared/contracts/parked-reports.ts'
import type { BodyOf } from '@kangbao/shared/contracts/contract.ts'
import { idCursor } from '../../db/ids.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { pageOf, type Page, type PageQuery } from '../../http/page.ts'
import { finishRun } from './daily-runs.system.ts'
import { goOn } from './delivery.jobs.ts'
import { unpark } from './parked.repo.ts'
import { listParked } from './parked.system.ts'
import * as reports from './reports.repo.ts'

/** Reports of which nobody knows whether they arrived, oldest first. */
export async function list(
  { database }: Deps,
  { cursor, limit = 50, endpointId }: PageQuery & { endpointId?: string | undefined },
): Promise<Page<ParkedReport>> {
  const page = { endpointId, after: idCursor(cursor) ?? null, limit: limit + 1 }
  const items = await database.inSystem((system) => listParked(system, page))
  return pageOf(items, limit, ({ reportId }) => reportId)
}

/**
 * What a person found out about a parked report; the org's next ones go on.
 * @throws AppError `resource.missing` when it is not parked any more.
 */
export async function settleParked(
  { database, clock, live }: Deps,
  reportId: string,
  given: BodyOf<typeof settleParkedReport>,
): Promise<Record<string, never>> {
  const now = clock.now()
  const { orgId, outcome, receiptNo, reason } = given
  if (outcome === 'delivered' && receiptNo === undefined)
    throw new AppError('request.invalid', { part: 'body' })
  const operator = { kind: 'system', name: 'operator' } as const
  const report = await database.inOrg(orgId, operator, async (scope) => {
    const parked = await reports.parkedById(scope, reportId)
    if (parked === null) throw new AppError('resource.missing')
    const isDone =
      receiptNo === undefined || outcome === 'again'
        ? await unpark(scope, reportId)
        : await reports.deliver(scope, reportId, { receiptNo, now })
    if (!isDone) throw new AppError('resource.missing')
    await goOn(scope, parked, now)
    // In the same transaction: the log of the installation belongs to no org.
    await noteSystem(scope, {
      action: 'parked-report.settled',
      at: now,
      actor: 'operator',
      object: `report:${reportId}`,
      detail: { orgId, outcome, reason },
    })
    return parked
  })
  const { dailyRunId } = report
  if (dailyRunId !== null && outcome === 'delivered')
    await database.inSystem((system) => finishRun(system, dailyRunId, now))
  live.publish(orgId, { kind: 'report', report: reportId })
  return {}
}
