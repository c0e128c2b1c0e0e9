import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { BodyOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/kiosks.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { cardCode } from './card-code.ts'
import * as repo from './cards.repo.ts'

/** @throws AppError `card.person-missing` when somebody named is not here. */
export async function print(
  ctx: MemberContext,
  { memberIds, isAnew }: BodyOf<typeof contracts.printCards>,
): Promise<ResponseOf<typeof contracts.printCards>> {
  const { deps, orgId, memberId: issuedBy } = ctx
  const now = deps.clock.now()
  const cards = await ctx.inOrg(async (scope) => {
    if ((await repo.present(scope, memberIds)).length < memberIds.length)
      throw new AppError('card.person-missing')
    if (isAnew) await repo.revoke(scope, memberIds, now)
    const issued = await repo.issue(scope, { memberIds, issuedBy, now })
    await appendAudit(scope, {
      action: 'card.printed',
      object: 'member-cards',
      people: memberIds,
      detail: { isAnew },
      at: now,
    })
    return issued
  })
  const items = []
  for (const { cardId, ...card } of cards)
    items.push({ ...card, code: await cardCode(deps.vault, orgId, cardId) })
  return { items }
}

/** Who leaves leaves his card behind: should he come back, he gets another. */
export function memberLeft(scope: OrgScope, memberIds: readonly string[], now: EpochMs): Promise<void> {
  return repo.revoke(scope, memberIds, now)
}
