import type { BodyOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/designing.ts'
import type { Form } from '@kangbao/shared/contracts/forms.ts'
import { definitionOf } from '@kangbao/shared/forms/design/from-content.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import * as forms from '../forms/index.ts'
import { formChanged, publishNew, publishNext } from '../publishing/index.ts'
import { draftProblems } from './draft-problems.ts'
import { deleteDraft, lockDraft } from './drafts.repo.ts'
import { outdated } from './drafts.service.ts'

/**
 * A draft becomes a form, or the next version of its form; the draft is gone. Numbers and codes are worked out from
 * every version before it, whatever the draft says of them.
 * @throws AppError `draft.invalid` with the problems, `draft.outdated`, `form.settings-invalid`, `form.ended`.
 */
export async function publish(
  ctx: MemberContext,
  draftId: string,
  { revision, settings }: BodyOf<typeof contracts.publishDraft>,
): Promise<Form> {
  const now = ctx.deps.clock.now()
  const view = await ctx.inOrg(async (scope) => {
    const draft = found(await lockDraft(scope, draftId))
    if (draft.revision !== revision) throw await outdated(scope, draft)
    const formId = draft.formId ?? newId()
    const earlier = draft.formId === null ? [] : await forms.versionsOf(scope, draft.formId)
    const definition = definitionOf(
      draft.content,
      formId,
      earlier.map((version) => version.definition),
    )
    const problems = await draftProblems(scope, definition)
    if (problems.length > 0) throw new AppError('draft.invalid', { problems })
    await deleteDraft(scope, draftId)
    await appendAudit(scope, {
      action: 'form.designed',
      object: `form:${formId}`,
      detail: { version: definition.version },
      at: now,
    })
    if (draft.formId !== null) return publishNext(ctx, scope, { formId, definition }, now)
    if (!settings) throw new AppError('form.settings-invalid', { reason: 'missing' })
    return publishNew(ctx, scope, { id: formId, templateId: null, definition, settings }, now)
  })
  formChanged(ctx, view.id)
  return view
}
