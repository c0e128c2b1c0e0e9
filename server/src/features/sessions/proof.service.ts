import { wallTimeOf } from '@kangbao/shared/calendar/civil-day.ts'
import type { AccessToken, ProofWay } from '@kangbao/shared/contracts/sessions.ts'
import { maskMobile } from '@kangbao/shared/identity/phone.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { AppError, found } from '../../errors.ts'
import { asMember, type MemberContext, type RequestContext } from '../../http/context.ts'
import { WorkplaceBusy, WorkplaceRefused } from '../../ports/workplace.ts'
import { installationOf, noteSystem } from '../authorisation/index.ts'
import { isConfirmed } from './authenticator.system.ts'
import { proved, take } from './authenticator.service.ts'
import { phonePlace } from './me.service.ts'
import { kindOf } from './open-sessions.system.ts'
import { presentMember, type MemberRow } from './sessions.repo.ts'
import { localeOf } from '../../http/locale.ts'
import { dropCode, fileElsewhere, isRight, resendAfterS, send } from '../codes/index.ts'

interface Standing {
  readonly way: ProofWay['way']
  readonly member: MemberRow
  readonly phone: string | null
}

/**
 * How the caller proves himself a second time: always by another thing than he signed in with, so that two kinds stand
 * behind every sensitive act (S-22, S-23). Who came from the workplace shows his phone; who came by SMS shows that the
 * workplace knows him; the operator has his authenticator.
 */
export async function way(ctx: RequestContext): Promise<ProofWay> {
  if (ctx.caller?.kind === 'operator') {
    const isReady = await ctx.deps.database.inSystem(isConfirmed)
    return { way: 'authenticator', phone: null, isReady }
  }
  // Nothing a viewer may do asks for one.
  if (ctx.caller?.kind === 'viewer') return { way: 'sms', phone: null, isReady: false }
  const standing = await standingOf(ctx, asMember(ctx))
  const isSms = standing.way === 'sms'
  return {
    way: standing.way,
    phone: isSms && standing.phone ? maskMobile(standing.phone) : null,
    isReady: !isSms || standing.phone !== null,
  }
}

async function standingOf({ deps }: RequestContext, { inOrg, memberId, orgId, sessionId }: MemberContext) {
  return inOrg(async (scope): Promise<Standing> => {
    const member = await presentMember(scope, { id: memberId })
    if (!member) throw new AppError('session.expired')
    const phone = member.phone && (await deps.vault.open(phonePlace(orgId, memberId), member.phone))
    return { way: (await kindOf(scope, sessionId)) === 'sms' ? 'workplace' : 'sms', member, phone }
  })
}

/**
 * Sends the code of a second proof.
 * @throws AppError `proof.impossible` without a bound phone, for the operator and for a viewer, `sms-code.too-many`,
 *   `workplace.unreachable`.
 */
export async function sendCode(ctx: RequestContext): Promise<{ resendAfterS: number }> {
  if (ctx.caller?.kind !== 'member') throw new AppError('proof.impossible')
  const { deps, request } = ctx
  const member = asMember(ctx)
  const standing = await standingOf(ctx, member)
  const asked = {
    purpose: 'proof' as const,
    asker: member.sessionId,
    orgId: member.orgId,
    isKnown: true,
    ip: request.ip,
    locale: localeOf(request),
  }
  if (standing.way === 'workplace') await sendThroughWorkplace(ctx, member, standing.member, asked)
  else if (standing.phone === null) throw new AppError('proof.impossible')
  else await send(deps, { ...asked, phone: standing.phone })
  return { resendAfterS }
}

/** A card that only the member himself sees, in the app where he is signed in by the host's own means. */
async function sendThroughWorkplace(
  { deps }: RequestContext,
  { inOrg, memberId }: MemberContext,
  { userId, org }: MemberRow,
  asked: Parameters<typeof fileElsewhere>[1],
): Promise<void> {
  const installation = await inOrg((scope) => installationOf(scope, 'forms'))
  if (installation?.state !== 'active') throw new AppError('proof.impossible')
  const { id, code } = await fileElsewhere(deps, asked, addresseeOf(memberId), 'workplace')
  const at = wallTimeOf(deps.clock.now(), org.timeZone)
  try {
    await deps.workplace.sendMessage(
      { app: 'forms', corpId: org.corpId, agentId: installation.agentId },
      [userId],
      {
        title: '身份验证',
        lines: [
          { label: '验证码', value: code },
          { label: '请求时间', value: at },
        ],
        text: '你正在进行敏感操作，验证码 5 分钟内有效。如非本人操作，请勿告诉任何人，并立即退出其他登录。',
        url: `${deps.config.PUBLIC_URL}/m/forms/?corpId=${encodeURIComponent(org.corpId)}`,
      },
    )
  } catch (cause) {
    await deps.database.inSystem((system) => dropCode(system, id))
    if (cause instanceof WorkplaceBusy || cause instanceof WorkplaceRefused)
      throw new AppError('workplace.unreachable', {}, { cause })
    throw cause
  }
}

/** In the place of a phone number, which it cannot be taken for. */
function addresseeOf(memberId: string): string {
  return `member:${memberId}`
}

/**
 * Takes the second proof; the token it returns opens sensitive acts for five minutes.
 * @throws AppError `proof.invalid`, `proof.impossible` for an operator without an authenticator, and for a viewer.
 */
export async function give(ctx: RequestContext, code: string): Promise<AccessToken> {
  const { deps } = ctx
  const caller = found(ctx.caller)
  if (caller.kind === 'operator') {
    if (!(await deps.database.inSystem(isConfirmed))) throw new AppError('proof.impossible')
    await take(deps, code)
    await deps.database.inSystem((system) =>
      noteSystem(system, {
        action: 'proof.given',
        at: deps.clock.now(),
        actor: 'operator',
        object: `session:${caller.sessionId}`,
        detail: { way: 'authenticator' },
      }),
    )
    return proved(deps, caller)
  }
  if (caller.kind === 'viewer') throw new AppError('proof.impossible')
  const member = asMember(ctx)
  const standing = await standingOf(ctx, member)
  const addressee = standing.way === 'workplace' ? addresseeOf(member.memberId) : standing.phone
  const given = { purpose: 'proof' as const, asker: caller.sessionId, code }
  if (addressee === null || !(await isRight(deps, { ...given, addressee })))
    throw new AppError('proof.invalid')
  await member.inOrg((scope) =>
    appendAudit(scope, {
      action: 'proof.given',
      object: `session:${caller.sessionId}`,
      at: deps.clock.now(),
      detail: { way: standing.way },
    }),
  )
  return proved(deps, caller)
}
