import { isPeriodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import type { QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type { listDeliveries, listPushes } from '@kangbao/shared/contracts/ledger.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { formFacts } from './form-facts.repo.ts'
import * as ledger from './ledger.repo.ts'
import type { Period } from './people.repo.ts'

const defaultPage = 50
const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const onePosition = new RegExp(`^${uuid}$`)
const twoPositions = new RegExp(`^(${uuid})\\.(${uuid})$`)

interface Asked {
  readonly formId: string
  readonly period: string
}

/** @throws AppError `resource.missing` when the org has no such form, or the form no such period. */
async function periodOfForm(scope: OrgScope, { formId, period }: Asked): Promise<Period> {
  const form = found(await formFacts(scope, formId))
  if (!isPeriodOf(form.periodKind, period)) throw new AppError('resource.missing')
  return { formId, periodStart: periodStart(period) }
}

/** What was sent about a form and period (Z-33). */
export async function pushesOf(
  ctx: MemberContext,
  asked: Asked,
  { cursor, limit = defaultPage }: QueryOf<typeof listPushes>,
): Promise<ResponseOf<typeof listPushes>> {
  if (cursor !== undefined && !onePosition.test(cursor))
    throw new AppError('request.invalid', { part: 'cursor' })
  const rows = await ctx.inOrg(async (scope) =>
    ledger.listPushes(scope, await periodOfForm(scope, asked), { before: cursor, limit: limit + 1 }),
  )
  const items = rows.slice(0, limit)
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

/** The people behind the numbers, with the state of each; those who fit what was typed, if anything was. */
export async function deliveriesOf(
  ctx: MemberContext,
  asked: Asked,
  {
    cursor,
    limit = defaultPage,
    pushId,
    state,
    search = '',
  }: QueryOf<typeof listDeliveries> & { readonly search?: string },
): Promise<ResponseOf<typeof listDeliveries>> {
  const after = cursor === undefined ? undefined : positionOf(cursor)
  const rows = await ctx.inOrg(async (scope) =>
    ledger.listDeliveries(scope, await periodOfForm(scope, asked), {
      pushId,
      state,
      search,
      after,
      limit: limit + 1,
    }),
  )
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last ? `${last.pushId}.${last.memberId}` : null }
}

function positionOf(cursor: string): { pushId: string; memberId: string } {
  const [, pushId, memberId] = twoPositions.exec(cursor) ?? []
  if (!pushId || !memberId) throw new AppError('request.invalid', { part: 'cursor' })
  return { pushId, memberId }
}
