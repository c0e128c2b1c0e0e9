import { WorkplaceRefused, type AppInOrg, type AuthorisationInfo } from '../../ports/workplace.ts'
import type { JobContext } from '../../jobs/define-job.ts'
import { cancelSync, startSync } from '../directory/index.ts'
import { rescheduleOrg, unscheduleOrg } from '../notifications/index.ts'
import { activeOrgOf, orgFor } from './callback.system.ts'
import {
  closeOrgWithoutApps,
  installationOf,
  openOrg,
  saveInstallation,
  withdrawInstallation,
} from './installations.repo.ts'

/** Reads how the app stands in the org now and makes ours the same (Z-21). @throws WorkplaceBusy */
export async function read(target: AppInOrg, ctx: JobContext): Promise<void> {
  const info = await ask(target, ctx)
  if (!info) return withdraw(target, 'removed', ctx)
  const { clock, database, live } = ctx.deps
  const now = clock.now()
  const orgId = await database.inSystem((system) =>
    orgFor(system, { corpId: target.corpId, name: info.orgName, now }),
  )
  await ctx.inOrg(orgId, async (scope) => {
    await openOrg(scope)
    const state = info.isStopped ? 'stopped' : 'active'
    const before = await installationOf(scope, target.app)
    await saveInstallation(scope, { app: target.app, agentId: info.agentId, state, now })
    if (!info.isStopped) await startSync(scope, now)
    if (target.app === 'forms') {
      if (info.isStopped) await unscheduleOrg(scope)
      else if (before?.state !== 'active') await rescheduleOrg(scope, now)
    }
  })
  live.publish(orgId, { kind: 'directory' })
  ctx.log.info({ app: target.app, orgId, isStopped: info.isStopped }, 'authorisation read')
}

/** Null when the org has not enabled the app (any more). */
async function ask(target: AppInOrg, ctx: JobContext): Promise<AuthorisationInfo | null> {
  try {
    return await ctx.deps.workplace.authorisation(target)
  } catch (error) {
    if (error instanceof WorkplaceRefused && error.isNotAuthorised) return null
    throw error
  }
}

/** Stops everything of the app in the org at once; the data stays for the retention period. */
export async function withdraw(
  { app, corpId }: AppInOrg,
  state: 'removed' | 'stopped',
  ctx: JobContext,
): Promise<void> {
  const { clock, database, live } = ctx.deps
  const orgId = await database.inSystem((system) => activeOrgOf(system, corpId))
  if (orgId === null) return
  const now = clock.now()
  await ctx.inOrg(orgId, async (scope) => {
    await withdrawInstallation(scope, { app, state, now })
    if (app === 'forms') await unscheduleOrg(scope)
    if (await closeOrgWithoutApps(scope, now)) await cancelSync(scope, 'app.not-authorised', now)
  })
  live.publish(orgId, { kind: 'directory' })
  ctx.log.info({ app, orgId, state }, 'app withdrawn')
}
