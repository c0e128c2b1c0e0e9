import type { Presented } from '@kangbao/shared/contracts/kiosk-tablet.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import { readCardCode } from './card-code.ts'
import { byStaffNumber, holderOf } from './cards.repo.ts'
import type { KioskContext } from './kiosk-door.ts'
import { countFailure, waitFor, type Counted } from './tries.repo.ts'

/** Wrong tries in a quarter of an hour: a queue of people mistypes now and then, a program that guesses gets nowhere. */
const mostPerKiosk = 40
const mostPerNumber = 5

/** Full-width and half-width letters are the same ones, and blanks say nothing. */
const plain = (text: string) => text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase()

/**
 * Who somebody at a tablet is.
 * @throws AppError `kiosk.person-unknown`, whatever was wrong; `kiosk.too-many-tries`.
 */
export async function identify(ctx: KioskContext, presented: Presented): Promise<string> {
  const now = ctx.deps.clock.now()
  const counted = await countedFor(ctx, presented)
  const result = await ctx.inOrg(async (scope) => {
    const wait = await waitFor(scope, counted, now)
    if (wait > 0) return { wait }
    const memberId = await memberOf(ctx, scope, presented)
    // Counted and committed: what is thrown comes after.
    if (memberId === null) await countFailure(scope, counted, now)
    return { memberId }
  })
  if ('wait' in result)
    throw new AppError('kiosk.too-many-tries', { retryAfterS: Math.ceil(result.wait / 1000) })
  if (result.memberId === null) throw new AppError('kiosk.person-unknown')
  return result.memberId
}

async function countedFor(
  { deps, orgId, kiosk }: KioskContext,
  presented: Presented,
): Promise<readonly Counted[]> {
  const hash = (text: string) => deps.vault.lookupHash(orgId, 'kiosk-try', text)
  const here = { about: await hash(`kiosk:${kiosk.id}`), most: mostPerKiosk }
  if ('card' in presented) return [here]
  return [here, { about: await hash(`number:${plain(presented.staffNumber)}`), most: mostPerNumber }]
}

async function memberOf(
  { deps, orgId }: KioskContext,
  scope: OrgScope,
  presented: Presented,
): Promise<string | null> {
  if ('card' in presented) {
    const cardId = await readCardCode(deps.vault, orgId, presented.card)
    return cardId === null ? null : holderOf(scope, cardId)
  }
  const number = plain(presented.staffNumber)
  if (number === '') return null
  const same = (await byStaffNumber(scope, number)).filter(
    ({ name }) => plain(name) === plain(presented.name),
  )
  // Two of one number and name cannot be told apart here: each has a card.
  return same.length === 1 ? (same[0]?.id ?? null) : null
}
