import type { Me, Session } from '@kangbao/shared/contracts/sessions.ts'
import { AppError } from '../../errors.ts'
import { asMember, type RequestContext } from '../../http/context.ts'
import { issueToken } from '../../http/session.ts'
import { meOf, operatorMe, phonePlace, sessionOf } from './me.service.ts'
import { presentMember, savePhone, type MemberRow } from './sessions.repo.ts'
import { bind } from './sessions.system.ts'
import { phoneHashOf, redeem } from './sms-codes.service.ts'

/** A fresh session with the role as it is now; who has left, or whose org has, gets none. */
export function renew(ctx: RequestContext): Promise<Session> {
  const { caller, request, deps } = ctx
  if (caller?.kind === 'operator')
    return Promise.resolve({ ...issueToken(request, caller, deps), me: operatorMe })
  const member = asMember(ctx)
  return member.inOrg(async (scope) =>
    sessionOf(scope, ctx, present(await presentMember(scope, { id: member.memberId }))),
  )
}

export function me(ctx: RequestContext): Promise<Me> {
  if (ctx.caller?.kind === 'operator') return Promise.resolve(operatorMe)
  const member = asMember(ctx)
  return member.inOrg(async (scope) =>
    meOf(scope, ctx.deps, present(await presentMember(scope, { id: member.memberId }))),
  )
}

/** The platform never tells a phone, so its owner does, once, and proves it (fact sheet, section 3.4). */
export async function bindPhone(
  ctx: RequestContext,
  { phone, code }: { phone: string; code: string },
): Promise<Me> {
  const { deps } = ctx
  const { memberId, orgId, inOrg } = asMember(ctx)
  await redeem(deps, phone, code)
  const hash = phoneHashOf(deps, phone)
  return inOrg(async (scope) => {
    const sealed = deps.vault.seal(phonePlace(orgId, memberId), phone)
    await savePhone(scope, { memberId, sealed, hash })
    await bind(scope, { phoneHash: hash, orgId, memberId, now: deps.clock.now() })
    return meOf(scope, deps, present(await presentMember(scope, { id: memberId })))
  })
}

function present(member: MemberRow | null): MemberRow {
  if (!member) throw new AppError('session.expired')
  return member
}
