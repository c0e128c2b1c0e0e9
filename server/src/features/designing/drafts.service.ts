import type { BodyOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import * as contracts from '@kangbao/shared/contracts/designing.ts'
import { readContent } from '@kangbao/shared/forms/design/content-schema.ts'
import { blankContent, type FormContent } from '@kangbao/shared/forms/design/content.ts'
import { definitionDiff } from '@kangbao/shared/forms/design/definition-diff.ts'
import { contentOf, definitionOf } from '@kangbao/shared/forms/design/from-content.ts'
import { noticeOf, templateById } from '@kangbao/shared/programmes/catalogue.ts'
import type { OrgScope } from '../../db/database.ts'
import { idCursor, newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import * as forms from '../forms/index.ts'
import { draftProblems } from './draft-problems.ts'
import { ownTemplateById } from './own-templates.repo.ts'
import { namesOf } from './tried-answers.repo.ts'
import * as repo from './drafts.repo.ts'
import type { DraftRow } from './drafts.repo.ts'

const defaultPage = 50

function summaryOf({ id, formId, content, changedAt, changedBy }: DraftRow): contracts.DraftSummary {
  return { id, formId, title: content.title, changedBy, changedAt: new Date(changedAt).toISOString() }
}

async function viewOf(scope: OrgScope, draft: DraftRow): Promise<contracts.Draft> {
  const earlier = draft.formId === null ? [] : await forms.versionsOf(scope, draft.formId)
  const definitions = earlier.map(({ definition }) => definition)
  const next = definitionOf(draft.content, draft.formId ?? draft.id, definitions)
  const last = definitions.at(-1)
  return {
    ...summaryOf(draft),
    revision: draft.revision,
    content: draft.content,
    problems: await draftProblems(scope, next),
    changes: last ? definitionDiff(last, next) : [],
  }
}

export async function list(
  { inOrg }: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listDrafts>,
): Promise<ResponseOf<typeof contracts.listDrafts>> {
  const before = idCursor(cursor)
  return inOrg(async (scope) => {
    const rows = await repo.draftPage(scope, { before, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    return {
      items: shown.map(summaryOf),
      nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
    }
  })
}

export function get({ inOrg }: MemberContext, draftId: string): Promise<contracts.Draft> {
  return inOrg(async (scope) => viewOf(scope, found(await repo.draftById(scope, draftId))))
}

type Beginning = BodyOf<typeof contracts.createDraft>

/** Begins a form. Asked twice for the next version of the same form, it answers with the one draft there is. */
export function create(ctx: MemberContext, beginning: Beginning): Promise<contracts.Draft> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    const content = await beginningOf(scope, beginning)
    const formId = beginning.from === 'version' ? beginning.formId : null
    const known = formId === null ? null : await repo.draftOfForm(scope, formId)
    if (known) return viewOf(scope, known)
    if ((await repo.countDrafts(scope)) >= contracts.mostDrafts)
      throw new AppError('draft.too-many', { most: contracts.mostDrafts })
    const draft = { id: newId(), formId, content, revision: 1, changedBy: ctx.memberId, changedAt: now }
    if (await repo.insertDraft(scope, draft)) return viewOf(scope, draft)
    // Somebody else began the same version in this moment.
    return viewOf(scope, found(formId === null ? null : await repo.draftOfForm(scope, formId)))
  })
}

async function beginningOf(scope: OrgScope, beginning: Beginning): Promise<FormContent> {
  if (beginning.from === 'blank') return blankContent()
  if (beginning.from === 'content') {
    const content = readContent(beginning.content)
    if (!content) throw new AppError('draft.unreadable')
    return content
  }
  if (beginning.from === 'template') {
    const template = templateById(beginning.templateId)
    if (!template) throw new AppError('template.missing')
    return copied(contentOf(template, noticeOf(template)))
  }
  if (beginning.from === 'own-template')
    return found(await ownTemplateById(scope, beginning.ownTemplateId)).content
  const form = found(await forms.formById(scope, beginning.formId))
  const definition = found(await forms.definitionOf(scope, form.id, form.version))
  if (beginning.from === 'copy') return copied(contentOf(definition, noticeOf(definition)))
  if (definition.locked || form.templateId !== null) throw new AppError('template.locked')
  if (form.state === 'ended') throw new AppError('form.ended')
  return contentOf(definition, noticeOf(definition))
}

function copied(content: FormContent): FormContent {
  const { title } = content
  return { ...content, title: { 'zh-CN': `${title['zh-CN']}（副本）`, en: `${title.en} (copy)` } }
}

/**
 * Keeps a draft that may not be fit for publishing yet.
 * @throws AppError `draft.unreadable`, `draft.outdated` with who changed it and when.
 */
export function save(
  ctx: MemberContext,
  draftId: string,
  { revision, content: given }: BodyOf<typeof contracts.saveDraft>,
): Promise<contracts.Draft> {
  const content = readContent(given)
  if (!content) throw new AppError('draft.unreadable')
  const changedAt = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    const change = { id: draftId, content, revision, changedBy: ctx.memberId, changedAt }
    const saved = await repo.updateDraft(scope, change)
    if (!saved) throw await outdated(scope, found(await repo.draftById(scope, draftId)))
    return viewOf(scope, saved)
  })
}

/** Somebody was first: who, when, and what would have to be said to be kept over it. */
export async function outdated(
  scope: OrgScope,
  { changedBy, changedAt, revision }: DraftRow,
): Promise<AppError> {
  const names = await namesOf(scope, [changedBy])
  return new AppError('draft.outdated', {
    changedBy,
    changedByName: names.get(changedBy)?.name ?? '',
    changedAt: new Date(changedAt).toISOString(),
    revision,
  })
}

export function remove({ inOrg }: MemberContext, draftId: string): Promise<Record<string, never>> {
  return inOrg(async (scope) => {
    if (!(await repo.deleteDraft(scope, draftId))) throw new AppError('resource.missing')
    return {}
  })
}
