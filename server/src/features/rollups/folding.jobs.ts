import { rollupOf } from '@kangbao/shared/programmes/catalogue.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import type { Deps } from '../../deps.ts'
import { defineTick } from '../../jobs/define-job.ts'
import { fold } from './folding.system.ts'

export const rollupKinds: readonly ReportKind[] = ['health', 'employment']
/** So many reports to a transaction: a whole evening's run is a few, and none holds its locks for long. */
const batch = 5_000

/** Adds every delivered report that is new to the sums of its regions; safe to run twice, and cut off at any point. */
export async function foldAll({ database }: Pick<Deps, 'database'>): Promise<number> {
  let all = 0
  for (const kind of rollupKinds)
    for (let last = batch; last === batch; all += last)
      last = await database.inSystem((system) => fold(system, rollupOf(kind), batch))
  return all
}

export const foldReports = defineTick({
  name: 'rollups.fold',
  everyMs: 3_000,
  run: async ({ deps }) => void (await foldAll(deps)),
})
