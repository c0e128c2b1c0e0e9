import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { turns } from '@kangbao/cage/turns.ts'
import type { getAnswerStatistics } from '@kangbao/shared/contracts/completeness.ts'
import type { ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { AppError } from '../../errors.ts'
import type { StatisticsRange } from '../completeness/index.ts'
import type { Extent } from './sealed-answers.repo.ts'

export type Questions = ResponseOf<typeof getAnswerStatistics>['questions']

/** What is counted, of which answers: when these are the same, so are the counts. */
interface Counted {
  readonly range: StatisticsRange
  readonly extent: Extent
  readonly version: number
}

/** Opening thousands of answers is a second of a core: one org has one at it and some in line, a process two. */
const overloaded = () => new AppError('server.overloaded', { retryAfterS: 5 })
const perOrg = () => turns(1, 8, overloaded)
const inTurn = turns(2, 32, overloaded)
const turnsOfOrgs = new LRUCache<string, ReturnType<typeof perOrg>>({ max: 10_000 })

/** Numbers only, of a few minutes ago at most. */
const kept = new LRUCache<string, Questions, () => Promise<Questions>>({
  max: 500,
  ttl: 5 * 60_000,
  fetchMethod: (_key, _before, { context }) => context(),
})

/**
 * Counts once: who asks for the same meanwhile waits for it, who asks soon after gets what came out.
 * @throws AppError `server.overloaded` when too many counts of the org, or of all, wait.
 */
export async function onceEach(
  orgId: string,
  counted: Counted,
  count: () => Promise<Questions>,
): Promise<Questions> {
  const ofOrg = turnsOfOrgs.get(orgId) ?? perOrg()
  turnsOfOrgs.set(orgId, ofOrg)
  const key = createHash('sha256')
    .update(JSON.stringify([orgId, counted]))
    .digest('base64')
  const questions = await kept.fetch(key, { context: () => ofOrg(() => inTurn(count)) })
  return questions ?? count()
}
