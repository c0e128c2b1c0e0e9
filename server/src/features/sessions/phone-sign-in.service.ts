import { createHash, timingSafeEqual } from 'node:crypto'
import type { Session } from '@kangbao/shared/contracts/sessions.ts'
import type { Actor, OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { RequestContext } from '../../http/context.ts'
import { issueToken } from '../../http/session.ts'
import { noteSystem } from '../authorisation/index.ts'
import { spellingOf } from '../directory/index.ts'
import { operatorMe, phonePlace, sessionOf } from './me.service.ts'
import * as members from './sessions.repo.ts'
import * as system from './sessions.system.ts'
import { phoneHashOf, redeem } from './sms-codes.service.ts'

const actor: Actor = { kind: 'system', name: 'sessions.sign-in' }

/**
 * Outside the host (Z-23): a bound phone and its SMS code, one session per org of the person.
 * @throws AppError `sms-code.invalid`, `phone.unknown`; the second only to whoever holds the phone.
 */
export async function signInBySms(
  ctx: RequestContext,
  { phone, code }: { phone: string; code: string },
): Promise<{ sessions: Session[] }> {
  const { deps } = ctx
  await redeem(deps, phone, code)
  const bindings = await deps.database.inSystem((scope) => system.bindingsOf(scope, phoneHashOf(deps, phone)))
  const sessions: Session[] = []
  for (const { orgId, memberId } of bindings) {
    const session = await deps.database.inOrg(orgId, actor, async (scope) => {
      const member = await members.presentMember(scope, { id: memberId })
      return member && !member.isGuest ? sessionOf(scope, ctx, member) : null
    })
    if (session) sessions.push(session)
  }
  if (sessions.length === 0) throw new AppError('phone.unknown')
  return { sessions }
}

interface GuestSignIn {
  readonly link: string
  readonly name: string
  readonly phone: string
  readonly code: string
}

/**
 * Somebody with the link of a form open to anyone (Z-31). The same phone is the same guest; a member's bound phone
 * signs the member in.
 * @throws AppError `resource.missing`, `form.ended`, `sms-code.invalid`.
 */
export async function signInAsGuest(ctx: RequestContext, given: GuestSignIn): Promise<Session> {
  const { deps } = ctx
  await redeem(deps, given.phone, given.code)
  const { orgId, formId } = found(
    await deps.database.inSystem((scope) => system.formOfLink(scope, given.link)),
  )
  return deps.database.inOrg(orgId, actor, async (scope) => {
    const form = await members.openForm(scope, formId)
    if (!form?.isOpenToAnyone) throw new AppError('resource.missing')
    if (form.isEnded) throw new AppError('form.ended')
    return sessionOf(scope, ctx, await guestOf(scope, ctx, given))
  })
}

async function guestOf(
  scope: OrgScope,
  { deps }: RequestContext,
  { name: typed, phone }: GuestSignIn,
): Promise<members.MemberRow> {
  const hash = phoneHashOf(deps, phone)
  await members.lockPhone(scope, hash)
  const known = await members.presentMember(scope, { guestPhone: hash })
  if (known && !known.isGuest) return known
  const name = typed.trim() || typed
  const id = known?.id ?? newId()
  const guest = { id, name, ...spellingOf(name) }
  if (known) await members.renameGuest(scope, guest)
  else await members.insertGuest(scope, { ...guest, now: deps.clock.now() })
  const sealed = deps.vault.seal(phonePlace(scope.orgId, id), phone)
  await members.savePhone(scope, { memberId: id, sealed, hash })
  return found(await members.presentMember(scope, { id }))
}

/** The one-time link of the start-up log. @throws AppError `setup-link.invalid` */
export async function signInBySetupLink(ctx: RequestContext, token: string): Promise<Session> {
  const { deps } = ctx
  const expected = deps.config.SETUP_TOKEN
  const now = deps.clock.now()
  const hash = digest(token)
  // Compared even when no link is configured: the time taken tells nothing.
  const isRight = timingSafeEqual(hash, digest(expected ?? newId())) && expected !== undefined
  const isFirst =
    isRight &&
    (await deps.database.inSystem(async (scope) => {
      if (!(await system.useSetupToken(scope, hash, now))) return false
      await noteSystem(scope, { action: 'setup-link.used', at: now, detail: {} })
      return true
    }))
  if (!isFirst) throw new AppError('setup-link.invalid')
  return { ...issueToken(ctx.request, { kind: 'operator' }, deps), me: operatorMe }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
