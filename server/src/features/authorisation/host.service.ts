import type { HostConfig } from '@kangbao/shared/contracts/host.ts'
import type { AppId } from '@kangbao/shared/contracts/sessions.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { WorkplaceBusy } from '../../ports/workplace.ts'
import { corpIdOf, requireInstalled } from './installations.repo.ts'

/** Signs the address of a page of ours for `dd.config`; somebody else's page gets no signature of this org. */
export async function signPage(
  ctx: MemberContext,
  { app, url }: { app: AppId; url: string },
): Promise<HostConfig> {
  if (originOf(url) !== originOf(ctx.deps.config.PUBLIC_URL))
    throw new AppError('request.invalid', { part: 'body', at: '/url' })
  const target = await ctx.inOrg(async (scope) => {
    const { agentId } = await requireInstalled(scope, app)
    return { app, agentId, corpId: found(await corpIdOf(scope)) }
  })
  try {
    return await ctx.deps.workplace.signPage(target, url)
  } catch (cause) {
    if (cause instanceof WorkplaceBusy) throw new AppError('workplace.unreachable', {}, { cause })
    throw cause
  }
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null
}
