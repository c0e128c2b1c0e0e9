import type { remindMissing } from '@kangbao/shared/contracts/completeness.ts'
import type { BodyOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type { MemberContext } from '../../http/context.ts'
import { openForReminders } from '../completeness/index.ts'
import { remind } from './remind.service.ts'

/** One tap: everyone of the range who has not filed gets a card; who was told a moment ago is left in peace (Z-36). */
export async function remindThoseMissing(
  ctx: MemberContext,
  params: { readonly formId: string; readonly period: string },
  { memberIds, departmentId }: BodyOf<typeof remindMissing>,
): Promise<ResponseOf<typeof remindMissing>> {
  const { at, departmentIds } = await openForReminders(ctx, params, departmentId)
  const reminded = await ctx.inOrg((scope) =>
    remind(ctx.deps, scope, { ...at, memberIds, departmentIds, askedBy: ctx.memberId }),
  )
  return { reminded }
}
