import { createHash, timingSafeEqual } from 'node:crypto'
import type { BodyOf } from '@kangbao/shared/contracts/contract.ts'
import type { Session, signInBySms as signInBySmsContract } from '@kangbao/shared/contracts/sessions.ts'
import type { Actor, OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { RequestContext } from '../../http/context.ts'
import { phoneHashesIn, phoneHashOf } from '../../keys/phone-hashes.ts'
import { noteSystem } from '../authorisation/index.ts'
import { spellingOf } from '../directory/index.ts'
import { take } from './authenticator.service.ts'
import { isConfirmed } from './authenticator.system.ts'
import { phonePlace } from './me.service.ts'
import * as members from './sessions.repo.ts'
import * as system from './sessions.system.ts'
import { redeem, sendWithChallenge } from '../codes/index.ts'
import {
  followed,
  startMemberSession,
  startOperatorSession,
  startViewerSession,
} from './start-session.service.ts'
import { viewerByPhone } from './viewers.system.ts'

const actor: Actor = { kind: 'system', name: 'sessions.sign-in' }

/**
 * Sends a sign-in code, or seems to: the answer is the same for phones nobody has confirmed (S-19).
 * @throws AppError `sms-code.too-many`.
 */
export async function sendSignInCode(ctx: RequestContext, phone: string) {
  const { deps } = ctx
  const hash = await phoneHashOf(deps, phone)
  const bindings = await deps.database.inSystem((scope) => system.bindingsOf(scope, hash))
  const orgId = bindings[0]?.orgId ?? null
  const isViewer = (await deps.database.inSystem((scope) => viewerByPhone(scope, hash))) !== null
  return sendWithChallenge(ctx, {
    purpose: 'sign-in',
    phone,
    orgId,
    isKnown: bindings.length > 0 || isViewer,
  })
}

/**
 * Sends a code to somebody with the link of a form open to anyone.
 * @throws AppError `resource.missing`, `form.ended`, `sms-code.too-many`.
 */
export async function sendGuestCode(ctx: RequestContext, { phone, link }: { phone: string; link: string }) {
  const { deps } = ctx
  const { orgId, formId } = found(await deps.database.inSystem((scope) => system.formOfLink(scope, link)))
  await deps.database.inOrg(orgId, actor, (scope) => requireOpenForm(scope, formId))
  return sendWithChallenge(ctx, { purpose: 'guest', phone, orgId, isKnown: true })
}

async function requireOpenForm(scope: OrgScope, formId: string): Promise<void> {
  const form = await members.openForm(scope, formId)
  if (!form?.isOpenToAnyone) throw new AppError('resource.missing')
  if (form.isEnded) throw new AppError('form.ended')
}

/**
 * Outside the host (Z-23): a bound phone and its SMS code, one session per org of the person; in the console one more for a
 * viewer of the government.
 * @throws AppError `sms-code.invalid`, `phone.unknown`; the second only to whoever holds the phone.
 */
export async function signInBySms(
  ctx: RequestContext,
  { phone, code, challenge, isConsole }: BodyOf<typeof signInBySmsContract>,
): Promise<{ sessions: Session[] }> {
  const { deps } = ctx
  await redeem(deps, { purpose: 'sign-in', addressee: phone, asker: challenge, code })
  const hash = await phoneHashOf(deps, phone)
  const bindings = await deps.database.inSystem((scope) => system.bindingsOf(scope, hash))
  const sessions: Session[] = []
  for (const { orgId, memberId } of bindings) {
    const session = await deps.database.inOrg(orgId, actor, async (scope) => {
      const member = await members.presentMember(scope, { id: memberId })
      return member && !member.isGuest ? startMemberSession(scope, ctx, member, 'sms') : null
    })
    if (!session) continue
    await followed(deps, session)
    sessions.push(session)
  }
  if (isConsole) sessions.push(...(await asViewer(ctx, hash)))
  if (sessions.length === 0) throw new AppError('phone.unknown')
  return { sessions }
}

async function asViewer(ctx: RequestContext, phoneHash: Buffer): Promise<Session[]> {
  return ctx.deps.database.inSystem(async (scope) => {
    const viewer = await viewerByPhone(scope, phoneHash)
    return viewer ? [await startViewerSession(scope, ctx, viewer)] : []
  })
}

interface GuestSignIn {
  readonly link: string
  readonly name: string
  readonly phone: string
  readonly code: string
  readonly challenge: string
}

/**
 * Somebody with the link of a form open to anyone (Z-31). The same phone is the same guest; a member's bound phone
 * signs the member in.
 * @throws AppError `resource.missing`, `form.ended`, `sms-code.invalid`.
 */
export async function signInAsGuest(ctx: RequestContext, given: GuestSignIn): Promise<Session> {
  const { deps } = ctx
  const { phone, code, challenge } = given
  await redeem(deps, { purpose: 'guest', addressee: phone, asker: challenge, code })
  const { orgId, formId } = found(
    await deps.database.inSystem((scope) => system.formOfLink(scope, given.link)),
  )
  return deps.database.inOrg(orgId, actor, async (scope) => {
    await requireOpenForm(scope, formId)
    const member = await guestOf(scope, ctx, given)
    return startMemberSession(scope, ctx, member, member.isGuest ? 'guest' : 'sms')
  })
}

async function guestOf(
  scope: OrgScope,
  { deps }: RequestContext,
  { name: typed, phone }: GuestSignIn,
): Promise<members.MemberRow> {
  const hashes = await phoneHashesIn(deps, scope.orgId, phone)
  await members.lockPhone(scope, hashes.own)
  const known = await members.presentMember(scope, { guestPhone: hashes })
  if (known && !known.isGuest) return known
  const name = typed.trim() || typed
  const id = known?.id ?? newId()
  const guest = { id, name, ...spellingOf(name) }
  if (known) await members.renameGuest(scope, guest)
  else await members.insertGuest(scope, { ...guest, now: deps.clock.now() })
  const sealed = await deps.vault.seal(phonePlace(scope.orgId, id), phone)
  await members.savePhone(scope, { memberId: id, sealed, hashes })
  return found(await members.presentMember(scope, { id }))
}

/**
 * The link of the start-up log: works once. Once there is an authenticator it works again and again, with a code: then two
 * kinds of proof stand behind it (S-23).
 * @throws AppError `setup-link.invalid`, `authenticator.needed`, `proof.invalid`.
 */
export async function signInBySetupLink(
  ctx: RequestContext,
  { token, code }: { token: string; code?: string | undefined },
): Promise<Session> {
  const { deps } = ctx
  const expected = deps.config.SETUP_TOKEN
  const now = deps.clock.now()
  const hash = digest(token)
  // Compared even when no link is configured: the time taken tells nothing.
  const isRight = timingSafeEqual(hash, digest(expected ?? newId())) && expected !== undefined
  if (!isRight) throw new AppError('setup-link.invalid')
  const hasAuthenticator = await deps.database.inSystem(isConfirmed)
  if (hasAuthenticator && code === undefined) throw new AppError('authenticator.needed')
  if (hasAuthenticator && code !== undefined) await take(deps, code)
  return deps.database.inSystem(async (scope) => {
    const isFirst = await system.useSetupToken(scope, hash, now)
    if (!isFirst && !hasAuthenticator) throw new AppError('setup-link.invalid')
    await noteSystem(scope, { action: 'setup-link.used', at: now, actor: 'operator', detail: {} })
    return startOperatorSession(scope, ctx, hasAuthenticator)
  })
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
