import type { Client } from '../contracts/client.ts'
import { listMembers } from '../contracts/directory.ts'
import { kioskLimits, printCards, type MemberCard } from '../contracts/kiosks.ts'
import type { Locale } from '../locale.ts'
import type { Modules } from './cards.ts'

/**
 * Ids of everybody in a department and below it.
 * @param most Of people whose cards are drawn at once; a larger organisation prints department by department.
 * @returns Null when there are more: cards for some of them would look like cards for all.
 */
export async function membersOf(api: Client, departmentId: number, most: number): Promise<string[] | null> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const query = { departmentId, limit: 200, ...(cursor === undefined ? {} : { cursor }) }
    const page = await api.call(listMembers, { query })
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && ids.length <= most)
  return ids.length > most ? null : ids
}

export interface CardsAsked {
  /** Whether those printed before are to be good for nothing. */
  readonly isAnew: boolean
  /** Draws what a card says as a QR code, without a border. */
  readonly codeOf: (text: string) => Modules
  readonly orgName: string
  readonly locale: Locale
  readonly title: string
}

/** The cards of these people as a PDF to print. @throws ProblemError `card.person-missing`. */
export async function cardsPdf(
  api: Client,
  memberIds: readonly string[],
  { isAnew, codeOf, ...about }: CardsAsked,
): Promise<Blob> {
  const cards: MemberCard[] = []
  for (let from = 0; from < memberIds.length; from += kioskLimits.cards) {
    const body = { memberIds: memberIds.slice(from, from + kioskLimits.cards), isAnew }
    cards.push(...(await api.call(printCards, { body })).items)
  }
  const { makeCards } = await import('./make-cards.ts')
  const drawn = cards.map((card) => ({ ...card, code: codeOf(card.code) }))
  return makeCards(drawn, about)
}
