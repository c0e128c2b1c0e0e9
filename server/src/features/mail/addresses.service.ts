import type { BodyOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/my-mail.ts'
import { maskMailAddress, parseMailAddress } from '@kangbao/shared/identity/mail-address.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import { asMember, type MemberContext, type RequestContext } from '../../http/context.ts'
import type { SealedPlace } from '../../ports/vault.ts'
import { dropCode, fileElsewhere, isRight, newChallenge, resendAfterS } from '../codes/index.ts'
import * as repo from './addresses.repo.ts'
import { codeLetter } from './code-letter.ts'
import { written } from './letter.ts'

const purpose = 'confirm-mail'

export function addressPlace(orgId: string, memberId: string): SealedPlace {
  return { orgId, table: 'mail_addresses', column: 'address', row: memberId }
}

/** How people who share an address are found. */
export function addressHash({ vault }: Pick<Deps, 'vault'>, orgId: string, address: string): Promise<Buffer> {
  return vault.lookupHash(orgId, 'mail-address', address)
}

export function mine(ctx: MemberContext): Promise<contracts.MyMail> {
  return ctx.inOrg((scope) => view(ctx, scope))
}

async function view({ deps, orgId, memberId }: MemberContext, scope: OrgScope): Promise<contracts.MyMail> {
  const row = await repo.addressOf(scope, memberId)
  const { isConfigured: isAvailable } = deps.mail
  if (!row) return { isAvailable, address: null, refusedAt: null }
  const address = await deps.vault.open(addressPlace(orgId, memberId), row.sealed)
  return {
    isAvailable,
    address: maskMailAddress(address),
    refusedAt: row.refusedAt === null ? null : new Date(row.refusedAt).toISOString(),
  }
}

/**
 * Sends a code to an address. The mail server is spoken to after the answer: nobody learns here which addresses there are.
 * @throws AppError `mail-address.invalid`, `mail.unavailable`, `mail-code.too-many`.
 */
export async function sendCode(
  ctx: RequestContext,
  { address: typed, locale }: BodyOf<typeof contracts.requestMailCode>,
): Promise<ResponseOf<typeof contracts.requestMailCode>> {
  const { deps, request } = ctx
  const { orgId } = asMember(ctx)
  const to = addressIn(typed)
  if (!deps.mail.isConfigured) throw new AppError('mail.unavailable')
  const challenge = newChallenge()
  const asked = { purpose, asker: challenge, orgId, isKnown: true, ip: request.ip, locale } as const
  const { id, code } = await fileElsewhere(deps, asked, addresseeOf(to), 'mail')
  setImmediate(() => {
    deps.mail
      .send({ to, id, ...written(codeLetter(locale, code)) })
      .catch(async (error: unknown) => {
        deps.log.warn({ err: error }, 'a code could not be sent by mail')
        // What was not sent holds nobody up.
        await deps.database.inSystem((system) => dropCode(system, id))
      })
      .catch((error: unknown) => deps.log.warn({ err: error }, 'a code that was not sent is still counted'))
  })
  return { challenge, resendAfterS }
}

function addressIn(typed: string): string {
  const address = parseMailAddress(typed)
  if (address === null) throw new AppError('mail-address.invalid')
  return address
}

/** In the place of a phone number, which it cannot be taken for. */
const addresseeOf = (address: string): string => `mail:${address}`

/**
 * Keeps an address its owner has proved to read, in the place of the one before.
 * @throws AppError `mail-address.invalid`, `mail-code.invalid`.
 */
export async function confirm(
  ctx: MemberContext,
  { address: typed, code, challenge, locale }: BodyOf<typeof contracts.confirmMail>,
): Promise<contracts.MyMail> {
  const { deps, orgId, memberId } = ctx
  const address = addressIn(typed)
  const given = { purpose, addressee: addresseeOf(address), asker: challenge, code } as const
  if (!(await isRight(deps, given))) throw new AppError('mail-code.invalid')
  const sealed = await deps.vault.seal(addressPlace(orgId, memberId), address)
  const hash = await addressHash(deps, orgId, address)
  const now = deps.clock.now()
  return ctx.inOrg(async (scope) => {
    await repo.saveAddress(scope, { memberId, sealed, hash, locale, now })
    const object = `member:${memberId}`
    await appendAudit(scope, { action: 'mail-address.confirmed', object, people: [memberId], at: now })
    return view(ctx, scope)
  })
}

/** Also when there is none: that he wanted nothing sent there is worth a line all the same. */
export async function remove({ deps, memberId, inOrg }: MemberContext): Promise<Record<string, never>> {
  await inOrg(async (scope) => {
    await repo.removeAddresses(scope, [memberId])
    await appendAudit(scope, {
      action: 'mail-address.removed',
      object: `member:${memberId}`,
      people: [memberId],
      at: deps.clock.now(),
    })
  })
  return {}
}

/** The mail server knows no such mailbox: nothing is sent there any more, and its owner sees it where he set it. */
export async function markRefused(
  deps: Deps,
  scope: OrgScope,
  address: string,
  status: number,
): Promise<void> {
  const now = deps.clock.now()
  const people = await repo.markRefused(scope, await addressHash(deps, scope.orgId, address), now)
  for (const memberId of people)
    await appendAudit(scope, {
      action: 'mail-address.refused',
      object: `member:${memberId}`,
      people: [memberId],
      detail: { status },
      at: now,
    })
}
