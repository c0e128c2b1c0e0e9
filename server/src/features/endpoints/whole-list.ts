import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { GovernmentTakenReport } from '@kangbao/shared/contracts/government.ts'
import { GovernmentUnavailable, type Government } from '../../ports/government.ts'

/** Two million reports: a list longer than this never ends. */
const mostPages = 2_000

/** What an endpoint took for a day; null when it keeps no list. @throws GovernmentUnavailable when there is no answer, or no end. */
export async function wholeList(
  government: Government,
  day: CivilDate,
): Promise<GovernmentTakenReport[] | null> {
  const items: GovernmentTakenReport[] = []
  let after: string | null = null
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page: Awaited<ReturnType<Government['taken']>> = await government.taken(day, after)
    if (page === null) return null
    items.push(...page.items)
    if (page.next === null) return items
    after = page.next
  }
  throw new GovernmentUnavailable('the list of receipts does not end', null)
}
