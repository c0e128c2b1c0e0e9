import type { Session } from '@kangbao/shared/contracts/sessions.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { Actor, SystemScope } from '../../db/database.ts'
import { systemOrgId } from '../../db/ids.ts'
import { revokeSessions } from '../../db/revocations.repo.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { Caller, RequestContext } from '../../http/context.ts'
import { issueToken } from '../../http/session.ts'
import { noteSystem } from '../authorisation/index.ts'
import { meOf, operatorMe, viewerMe } from './me.service.ts'
import * as open from './open-sessions.system.ts'
import { presentMember } from './sessions.repo.ts'
import { refreshHashOf } from './start-session.service.ts'
import { viewerById } from './viewers.system.ts'

const actor: Actor = { kind: 'system', name: 'sessions.renewal' }
/** Two tabs that renew at once, or an answer that got lost: the same token again is no theft within this time. */
const graceMs = 10_000

type Verdict =
  | { readonly kind: 'renewed'; readonly session: open.HeldSession; readonly refreshToken: string }
  | { readonly kind: 'refused' }
  | { readonly kind: 'reused'; readonly session: open.HeldSession }

/**
 * Exchanges a refresh token for a fresh session with the role as it is now. The successor is a keyed hash of the
 * token, so that a repeat within ten seconds gets the same one and no second line of tokens comes to be; any later
 * repeat ends the session (S-14).
 * @throws AppError `session.expired`, whatever the reason.
 */
export async function renew(ctx: RequestContext, refreshToken: string): Promise<Session> {
  const { deps } = ctx
  const verdict = await deps.database.inSystem((system) => judge(system, deps, refreshToken))
  if (verdict.kind === 'reused') await tellOfReuse(deps, verdict.session)
  if (verdict.kind !== 'renewed') throw new AppError('session.expired')
  const { session } = verdict
  const who = await holderOf(deps, session)
  if (who === null) {
    await finish(deps, session, 'member-gone')
    throw new AppError('session.expired')
  }
  const { caller, me } = who
  return { id: session.id, ...issueToken(caller, deps), refreshToken: verdict.refreshToken, me }
}

async function judge(system: SystemScope, deps: Deps, token: string): Promise<Verdict> {
  const used = refreshHashOf(token)
  const known = await open.lockByToken(system, used)
  if (known === null || known.session.isEnded) return { kind: 'refused' }
  const { session, usedAt } = known
  const now = deps.clock.now()
  if (now >= session.expiresAt || now >= session.seenAt + session.idleS * 1000) {
    await endOne(system, session, 'expired', now)
    return { kind: 'refused' }
  }
  const successor = (await deps.vault.lookupHash(systemOrgId, 'refresh-token', token)).toString('base64url')
  const next = refreshHashOf(successor)
  if (usedAt === null) {
    await open.rotate(system, { id: session.id, used, next, now })
    return { kind: 'renewed', session, refreshToken: successor }
  }
  const isRace = now - usedAt < graceMs && (await open.isUnused(system, next))
  if (isRace) return { kind: 'renewed', session, refreshToken: successor }
  await endOne(system, session, 'reuse', now)
  return { kind: 'reused', session }
}

async function endOne(
  system: SystemScope,
  { id, orgId, memberId }: open.HeldSession,
  reason: open.EndOf['reason'],
  now: number,
): Promise<void> {
  await open.endSessions(system, { orgId, memberId, which: { only: id }, reason, now })
  await revokeSessions(system, [id])
}

async function finish(deps: Deps, session: open.HeldSession, reason: open.EndOf['reason']): Promise<void> {
  await deps.database.inSystem((system) => endOne(system, session, reason, deps.clock.now()))
  await deps.guard.catchUp()
}

async function tellOfReuse(deps: Deps, { id, orgId }: open.HeldSession): Promise<void> {
  const at = deps.clock.now()
  deps.log.warn({ sessionId: id }, 'a refresh token was used twice; its session has been ended')
  await deps.guard.catchUp()
  if (orgId === null)
    await deps.database.inSystem((system) =>
      noteSystem(system, { action: 'session.reuse', at, object: `session:${id}`, detail: {} }),
    )
  else
    await deps.database.inOrg(orgId, actor, (scope) =>
      appendAudit(scope, { action: 'session.reuse', object: `session:${id}`, at }),
    )
}

/** Whom the session stands for now; null when he has left, his org has, or his right was taken away. */
async function holderOf(deps: Deps, session: open.HeldSession) {
  const { id: sessionId, orgId, memberId, provedAt } = session
  if (orgId === null && memberId !== null) {
    const viewer = await deps.database.inSystem((system) => viewerById(system, memberId))
    if (viewer === null) return null
    const caller: Caller = { kind: 'viewer', viewerId: viewer.id, sessionId, provedAt }
    return { caller, me: viewerMe(viewer) }
  }
  if (orgId === null || memberId === null) {
    const caller: Caller = { kind: 'operator', sessionId, provedAt }
    return { caller, me: operatorMe }
  }
  return deps.database.inOrg(orgId, actor, async (scope) => {
    const member = await presentMember(scope, { id: memberId })
    if (!member) return null
    const { role, isGuest } = member
    const caller: Caller = { kind: 'member', orgId, memberId, role, isGuest, sessionId, provedAt }
    return { caller, me: await meOf(scope, deps, member) }
  })
}
