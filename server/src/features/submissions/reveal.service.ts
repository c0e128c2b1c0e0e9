import type { BodyOf, ParamsOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/submissions.ts'
import { isMasked } from '@kangbao/shared/forms/masking.ts'
import { answerAt } from '@kangbao/shared/forms/paths.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { definitionOf } from '../forms/index.ts'
import { visibleSheet } from './corrections.service.ts'
import { openAnswers } from './own-submissions.service.ts'
import * as repo from './submissions.repo.ts'

const mostPerHour = 30
const hourMs = 3_600_000

/**
 * One masked answer of one person in full (S-37). What is written to the audit log names the person, who sees it among
 * those who looked; the number of reveals is counted there as well, one at a time per admin.
 * @throws AppError `resource.missing` when there is no such answer or none that is masked, `reveal.too-many`.
 */
export async function reveal(
  ctx: MemberContext,
  params: ParamsOf<typeof contracts.revealAnswer>,
  { field: path, reason }: BodyOf<typeof contracts.revealAnswer>,
): Promise<{ value: string }> {
  const now = ctx.deps.clock.now()
  return visibleSheet(ctx, params, async (scope, row) => {
    const definition = found(await definitionOf(scope, row.formId, row.formVersion))
    const { field, value } = found(
      answerAt(definition, await openAnswers(ctx.deps.vault, ctx.orgId, row), path),
    )
    if (!isMasked(field) || typeof value !== 'string') throw new AppError('resource.missing')
    if ((await repo.revealsSince(scope, ctx.memberId, now - hourMs)) >= mostPerHour)
      throw new AppError('reveal.too-many')
    await appendAudit(scope, {
      action: 'submission.revealed',
      object: `submission:${row.id}`,
      people: [row.memberId],
      detail: { field: path, reason, revision: row.revision },
      at: now,
    })
    return { value }
  })
}
