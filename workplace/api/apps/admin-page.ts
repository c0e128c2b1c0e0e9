import { AppError, found } from '../errors.ts'
import type { OrgCtx } from '../http/context.ts'
import { suiteById } from '../deps.ts'
import * as apps from './apps.repo.ts'
import { newAuthCode } from './auth-codes.ts'

/** Where an admin finds the app's own back end; the code says who comes, and is all it says. */
export async function openAdminPage(ctx: OrgCtx, agentId: number): Promise<{ url: string }> {
  const app = found(await apps.byAgentId(ctx.scope, agentId))
  if (app.state === 'stopped') throw new AppError('app.stopped')
  const { suiteId, adminUrl } = found(suiteById(ctx.deps, app.suiteId))
  if (!URL.canParse(adminUrl)) throw new AppError('resource.missing')
  const url = new URL(adminUrl)
  url.searchParams.set('code', await newAuthCode(ctx, suiteId, 'admin'))
  return { url: url.href }
}
