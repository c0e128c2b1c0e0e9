import { encode } from 'uqr'
import type { Client } from '@kangbao/shared/contracts/client.ts'
import { listMembers } from '@kangbao/shared/contracts/directory.ts'
import { kioskLimits, printCards, type MemberCard } from '@kangbao/shared/contracts/kiosks.ts'
import type { Locale } from '@kangbao/shared/locale.ts'
import { given } from '../api/api.ts'

/** Printed at once; a larger organisation prints department by department. */
export const mostCards = 2_000

/** Ids of everybody in a department and below it, as far as they are printed at once. */
export async function membersOf(api: Client, departmentId: number): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await api.call(listMembers, { query: { departmentId, limit: 200, ...given({ cursor }) } })
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && ids.length < mostCards)
  return ids.slice(0, mostCards)
}

/** The cards of these people as a PDF to print. @param isAnew Whether those printed before are to be good for nothing. */
export async function cardsPdf(
  api: Client,
  memberIds: readonly string[],
  { isAnew, ...about }: { isAnew: boolean; orgName: string; locale: Locale; title: string },
): Promise<Blob> {
  const cards: MemberCard[] = []
  for (let from = 0; from < memberIds.length; from += kioskLimits.cards) {
    const body = { memberIds: memberIds.slice(from, from + kioskLimits.cards), isAnew }
    cards.push(...(await api.call(printCards, { body })).items)
  }
  const { makeCards } = await import('@kangbao/shared/posters/make-cards.ts')
  const drawn = cards.map((card) => ({ ...card, code: encode(card.code, { ecc: 'M', border: 0 }).data }))
  return makeCards(drawn, about)
}
