import type { AppId, Session } from '@kangbao/shared/contracts/sessions.ts'
import type { Actor, OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { RequestContext } from '../../http/context.ts'
import { WorkplaceBusy, WorkplaceRefused } from '../../ports/workplace.ts'
import { requireInstalled } from '../authorisation/index.ts'
import { readAdminsNow, readMemberNow, type RefreshContext } from '../directory/index.ts'
import { presentMember, type MemberRow } from './sessions.repo.ts'
import { activeOrgByCorpId } from './sessions.system.ts'
import { followed, startMemberSession } from './start-session.service.ts'

const actor: Actor = { kind: 'system', name: 'sessions.sign-in' }

/**
 * Auth code → member → session (Z-23). The code is redeemed with the token of the org and app the page claims, which
 * proves the claim. Somebody the directory does not hold yet is read at once.
 * @throws AppError `app.not-authorised`, `app.stopped`, `auth-code.invalid`, `workplace.unreachable`.
 */
export async function signIn(
  ctx: RequestContext,
  { app, corpId, code }: { app: AppId; corpId: string; code: string },
): Promise<Session> {
  const { database, workplace } = ctx.deps
  const orgId = await database.inSystem((system) => activeOrgByCorpId(system, corpId))
  if (orgId === null) throw new AppError('app.not-authorised', { app })
  const inOrg = <T>(work: (scope: OrgScope) => Promise<T>) => database.inOrg(orgId, actor, work)
  await inOrg((scope) => requireInstalled(scope, app))

  const { userId, isAdmin } = await asking(() => workplace.userOfAuthCode({ app, corpId }, code))
  const known = await inOrg((scope) => presentMember(scope, { userId }))
  if (!isCurrent(known, isAdmin)) {
    const reading: RefreshContext = { deps: ctx.deps, inOrg: (org, work) => database.inOrg(org, actor, work) }
    if (!known) await asking(() => readMemberNow({ orgId, userId }, reading))
    if (isAdmin || known) await asking(() => readAdminsNow(orgId, reading))
  }
  const session = await inOrg(async (scope) => {
    const member = await presentMember(scope, { userId })
    // The platform knows him, but none of our apps may see him: outside the scope of use.
    if (!member) throw new AppError('permission.missing')
    return startMemberSession(scope, ctx, member, 'host')
  })
  await followed(ctx.deps, session)
  return session
}

/** No push tells an ISV who became admin (or stopped being one): the sign-in does. */
function isCurrent(member: MemberRow | null, isAdmin: boolean): boolean {
  return member !== null && (member.role !== 'member') === isAdmin
}

/** Turns what the platform says into what the person is told. */
async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof WorkplaceBusy) throw new AppError('workplace.unreachable', {}, { cause })
    if (!(cause instanceof WorkplaceRefused)) throw cause
    if (cause.isNotAuthorised) throw new AppError('app.not-authorised', {}, { cause })
    if (cause.code === '50003') throw new AppError('app.stopped', {}, { cause })
    throw new AppError('auth-code.invalid', {}, { cause })
  }
}
