import { createHash, randomBytes } from 'node:crypto'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { Me, Session, SessionEntry } from '@kangbao/shared/contracts/sessions.ts'
import type { RegionViewer } from '@kangbao/shared/contracts/viewers.ts'
import { deviceOf } from '@kangbao/shared/identity/device.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope, SystemScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { revokeStaleRoles } from '../../db/revocations.repo.ts'
import type { Deps } from '../../deps.ts'
import { noteSystem } from '../../db/system-audit.system.ts'
import { systemActorOf, type Caller, type RequestContext } from '../../http/context.ts'
import { issueToken } from '../../http/session.ts'
import { meOf, operatorMe, viewerMe } from './me.service.ts'
import { holderOf, insertSession } from './open-sessions.system.ts'
import type { MemberRow } from './sessions.repo.ts'

/** Nobody stays signed in longer than a working day and some (S-21). */
const longestMs = 12 * 3_600_000
const adminIdleS = 30 * 60
const tokenBytes = 32

/** @returns seconds a session of this role may rest: half an hour for whoever may see others (S-21). */
export function idleSecondsOf(role: Role): number {
  return role === 'member' ? longestMs / 1000 : adminIdleS
}

export function refreshHashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

type Context = Pick<RequestContext, 'deps' | 'request'>

/** Begins a session of the member as he stands now. */
export async function startMemberSession(
  scope: OrgScope,
  ctx: Context,
  member: MemberRow,
  kind: Exclude<SessionEntry['kind'], 'setup-link'>,
): Promise<Session> {
  const { deps } = ctx
  const { id: memberId, role, isGuest } = member
  const { orgId } = scope
  const sessionId = newId()
  const caller: Caller = { kind: 'member', orgId, memberId, role, isGuest, sessionId, provedAt: null }
  // Somebody who left or lost his role minutes ago, and is back: what was revoked then is not what he has now.
  if (deps.guard.isRevoked({ sid: sessionId, sub: memberId, org: orgId, role }))
    await revokeStaleRoles(scope, [memberId])
  const session = await begin(scope, ctx, caller, kind, await meOf(scope, deps, member))
  const asMember = { ...scope, actor: { kind: 'member', memberId } as const }
  await appendAudit(asMember, {
    action: 'session.started',
    object: `session:${sessionId}`,
    at: deps.clock.now(),
    detail: { kind },
  })
  return session
}

/** After the commit: the token must not be refused by what was revoked of the person before. */
export async function followed({ guard }: Pick<Deps, 'guard'>, { id, me }: Session): Promise<void> {
  const { role, org, member } = me
  if (org && member && guard.isRevoked({ sid: id, sub: member.id, org: org.id, role })) await guard.catchUp()
}

/** Begins a session of the operator; `isProved` when the authenticator had its say. */
export async function startOperatorSession(
  scope: SystemScope,
  ctx: Context,
  isProved: boolean,
): Promise<Session> {
  const provedAt = isProved ? ctx.deps.clock.now() : null
  return begin(scope, ctx, { kind: 'operator', sessionId: newId(), provedAt }, 'setup-link', operatorMe)
}

/** Begins a session of a viewer of the government. */
export async function startViewerSession(
  scope: SystemScope,
  ctx: Context,
  viewer: RegionViewer,
): Promise<Session> {
  const { id: viewerId } = viewer
  const caller: Caller = { kind: 'viewer', viewerId, sessionId: newId(), provedAt: null }
  const session = await begin(scope, ctx, caller, 'sms', viewerMe(viewer))
  await noteSystem(scope, {
    action: 'session.started',
    at: ctx.deps.clock.now(),
    actor: systemActorOf(caller),
    object: `session:${session.id}`,
    detail: { kind: 'sms' },
  })
  return session
}

async function begin(
  scope: SystemScope,
  { deps, request }: Context,
  caller: Caller,
  kind: SessionEntry['kind'],
  me: Me,
): Promise<Session> {
  const refreshToken = randomBytes(tokenBytes).toString('base64url')
  const now = deps.clock.now()
  await insertSession(scope, {
    id: caller.sessionId,
    ...holderOf(caller),
    kind,
    device: deviceOf(request.headers['user-agent']),
    now,
    expiresAt: now + longestMs,
    idleS: idleSecondsOf(me.role),
    provedAt: caller.provedAt,
    tokenHash: refreshHashOf(refreshToken),
  })
  return { id: caller.sessionId, ...issueToken(caller, deps), refreshToken, me }
}
