import type { Me } from '@kangbao/shared/contracts/sessions.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { AppError } from '../../errors.ts'
import { asMember, type RequestContext } from '../../http/context.ts'
import { isProved } from '../../http/session.ts'
import { phoneHashesIn, phoneHashOf } from '../../keys/phone-hashes.ts'
import { meOf, operatorMe, phonePlace, viewerMe } from './me.service.ts'
import { presentMember, savePhone, type MemberRow } from './sessions.repo.ts'
import { bind } from './sessions.system.ts'
import { viewerOf } from './viewers.service.ts'
import { redeem, sendWithChallenge } from '../codes/index.ts'

export function me(ctx: RequestContext): Promise<Me> {
  if (ctx.caller?.kind === 'operator') return Promise.resolve(operatorMe)
  if (ctx.caller?.kind === 'viewer') return viewerOf(ctx).then(viewerMe)
  const member = asMember(ctx)
  return member.inOrg(async (scope) =>
    meOf(scope, ctx.deps, present(await presentMember(scope, { id: member.memberId }))),
  )
}

/**
 * The key of the member's drafts on his devices (S-78). Made of the organisation's look-up key, which a change of keys
 * leaves alone: a draft opens after it, and no longer when the organisation's keys are destroyed.
 */
export async function deviceKey(ctx: RequestContext): Promise<{ key: string }> {
  const { orgId, memberId } = asMember(ctx)
  const key = await ctx.deps.vault.lookupHash(orgId, 'device', memberId)
  return { key: key.toString('base64') }
}

/** Sends a code to a phone the member is about to bind. @throws AppError `sms-code.too-many`. */
export async function sendBindingCode(ctx: RequestContext, phone: string) {
  const { orgId } = asMember(ctx)
  return sendWithChallenge(ctx, { purpose: 'bind-phone', phone, orgId, isKnown: true })
}

/**
 * The platform never tells a phone, so its owner does, once, and proves it (fact sheet, section 3.4). The phone of somebody
 * who sees others is half of what stands behind sensitive acts: another takes its place only after a second proof.
 * @throws AppError `sms-code.invalid`, `step-up.needed`.
 */
export async function bindPhone(
  ctx: RequestContext,
  { phone, code, challenge }: { phone: string; code: string; challenge: string },
): Promise<Me> {
  const { deps } = ctx
  const { memberId, orgId, role, inOrg } = asMember(ctx)
  if (role !== 'member' && !(ctx.caller && isProved(ctx.caller, deps))) {
    const before = present(await inOrg((scope) => presentMember(scope, { id: memberId })))
    const known = before.phone && (await deps.vault.open(phonePlace(orgId, memberId), before.phone))
    if (known !== null && known !== phone) throw new AppError('step-up.needed')
  }
  await redeem(deps, { purpose: 'bind-phone', addressee: phone, asker: challenge, code })
  const phoneHash = await phoneHashOf(deps, phone)
  const hashes = await phoneHashesIn(deps, orgId, phone)
  return inOrg(async (scope) => {
    const sealed = await deps.vault.seal(phonePlace(orgId, memberId), phone)
    await savePhone(scope, { memberId, sealed, hashes })
    const now = deps.clock.now()
    await bind(scope, { phoneHash, orgId, memberId, now })
    await appendAudit(scope, {
      action: 'phone.bound',
      object: `member:${memberId}`,
      people: [memberId],
      at: now,
    })
    return meOf(scope, deps, present(await presentMember(scope, { id: memberId })))
  })
}

function present(member: MemberRow | null): MemberRow {
  if (!member) throw new AppError('session.expired')
  return member
}
