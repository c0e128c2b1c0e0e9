import type { RegionViewer } from '@kangbao/shared/contracts/viewers.ts'
import { idCursor, newId } from '../../db/ids.ts'
import { revokeSessions } from '../../db/revocations.repo.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import type { Deps } from '../../deps.ts'
import { AppError, found } from '../../errors.ts'
import { asViewer, type RequestContext } from '../../http/context.ts'
import { pageOf, type Page, type PageQuery } from '../../http/page.ts'
import { phoneHashOf } from '../../keys/phone-hashes.ts'
import { requireRegion } from '../../regions.ts'
import { endSessions } from './open-sessions.system.ts'
import * as viewers from './viewers.system.ts'

/**
 * The viewer who asks, with the region he may see now: read anew each time, so that a right that is taken away is gone.
 * @throws AppError `permission.missing` for anybody else, `session.expired` when his right is gone.
 */
export async function viewerOf(ctx: Pick<RequestContext, 'caller' | 'deps'>): Promise<RegionViewer> {
  const { viewerId } = asViewer(ctx)
  const viewer = await ctx.deps.database.inSystem((system) => viewers.viewerById(system, viewerId))
  if (viewer === null) throw new AppError('session.expired')
  return viewer
}

export async function list(
  { database }: Deps,
  { cursor, limit = 50 }: PageQuery,
): Promise<Page<RegionViewer>> {
  const before = idCursor(cursor) ?? null
  const rows = await database.inSystem((system) => viewers.listViewers(system, { before, limit: limit + 1 }))
  return pageOf(rows, limit, ({ id }) => id)
}

/** @throws AppError `viewer.phone-taken`, `region.unknown`. */
export async function add(
  deps: Deps,
  { name, phone, region }: { readonly name: string; readonly phone: string; readonly region: string },
): Promise<RegionViewer> {
  requireRegion(region)
  const now = deps.clock.now()
  const viewer = { id: newId(), name, region, phoneHash: await phoneHashOf(deps, phone), now }
  return deps.database.inSystem(async (system) => {
    if (!(await viewers.insertViewer(system, viewer))) throw new AppError('viewer.phone-taken')
    await noteSystem(system, {
      action: 'viewer.added',
      at: now,
      actor: 'operator',
      object: `viewer:${viewer.id}`,
      detail: { region },
    })
    return found(await viewers.viewerById(system, viewer.id))
  })
}

/**
 * Takes the right away: name and phone are deleted, and whoever is signed in is out within a second.
 * @throws AppError `resource.missing`.
 */
export async function end(deps: Deps, viewerId: string): Promise<Record<string, never>> {
  const now = deps.clock.now()
  await deps.database.inSystem(async (system) => {
    if (!(await viewers.deleteViewer(system, viewerId))) throw new AppError('resource.missing')
    const holder = { orgId: null, memberId: viewerId }
    const ended = await endSessions(system, {
      ...holder,
      which: { allBut: newId() },
      reason: 'viewer-ended',
      now,
    })
    await revokeSessions(system, ended)
    await noteSystem(system, {
      action: 'viewer.ended',
      at: now,
      actor: 'operator',
      object: `viewer:${viewerId}`,
      detail: { sessions: ended.length },
    })
  })
  await deps.guard.catchUp()
  return {}
}
