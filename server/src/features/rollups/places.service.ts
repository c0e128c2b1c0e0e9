import { rollupOf } from '@kangbao/shared/programmes/catalogue.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { requireRegion } from '../../regions.ts'
import { rollupKinds } from './folding.jobs.ts'
import { recount, touchOrg } from './folding.system.ts'
import { savePlace } from './rollups.system.ts'

/**
 * Says in which region an organisation is; what it has reported is added there from the next turn on.
 * @throws AppError `resource.missing`, `region.unknown`.
 */
export async function place(
  { database, clock }: Deps,
  orgId: string,
  region: string | null,
): Promise<Record<string, never>> {
  if (region !== null) requireRegion(region)
  await database.inSystem(async (system) => {
    if (!(await savePlace(system, orgId, region))) throw new AppError('resource.missing')
    await touchOrg(system, orgId)
    await noteSystem(system, {
      action: 'org.placed',
      at: clock.now(),
      actor: 'operator',
      object: `org:${orgId}`,
      detail: { region },
    })
  })
  return {}
}

/** Sums every kind anew and puts right what differs. */
export async function recountAll({ database, clock }: Deps): Promise<{ wrong: number }> {
  return database.inSystem(async (system) => {
    let wrong = 0
    for (const kind of rollupKinds) wrong += await recount(system, rollupOf(kind))
    await noteSystem(system, {
      action: 'rollups.recounted',
      at: clock.now(),
      actor: 'operator',
      object: 'rollups',
      detail: { wrong },
    })
    return { wrong }
  })
}
