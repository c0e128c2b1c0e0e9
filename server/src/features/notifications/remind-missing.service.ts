import type { remindMissing } from '@kangbao/shared/contracts/completeness.ts'
import type { BodyOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { appendAudit } from '../../db/audit.repo.ts'
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
  return ctx.inOrg(async (scope) => {
    const range = { ...at, memberIds, departmentIds, askedBy: ctx.memberId }
    const reminded = await remind(ctx.deps, scope, range)
    await appendAudit(scope, {
      action: 'reminder.sent',
      object: `form:${params.formId}/${params.period}`,
      people: memberIds ?? [],
      detail: { departmentId: departmentId ?? null, reminded },
      at: ctx.deps.clock.now(),
    })
    return { reminded }
  })
}
