import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Vault } from '../../ports/vault.ts'
import { dropExports } from '../exports/index.ts'
import { eraseLater } from '../files/index.ts'
import * as repo from './erase-org.repo.ts'

const batch = 5_000
const fileBatch = 500

/** Runs one piece of work in a transaction of the org. */
type InOrg = <T>(work: (scope: OrgScope) => Promise<T>) => Promise<T>

/**
 * Takes away everything of an org that removed the product (S-41), piece by piece: a run that is cut off goes on where
 * it was. What stays is the audit log until it is due, which names nobody. The keys go first: from then on copies of the
 * database, backups among them, cannot be read either.
 */
export async function eraseOrg(orgId: string, vault: Vault, inOrg: InOrg, now: EpochMs): Promise<void> {
  await vault.shred(orgId)
  for (const table of repo.largeTables)
    while ((await inOrg((scope) => repo.deleteSome(scope, table, batch))) === batch);
  await inOrg((scope) => dropExports(scope, 'all', now))
  for (let left = fileBatch; left === fileBatch;)
    left = await inOrg(async (scope) => {
      const ids = await repo.fileIds(scope, fileBatch)
      await eraseLater(scope, ids, now)
      return ids.length
    })
  await inOrg(async (scope) => {
    await repo.deleteRest(scope)
    await repo.forgetName(scope, now)
    await appendAudit(scope, { action: 'org.erased', object: `org:${scope.orgId}`, at: now })
  })
}
