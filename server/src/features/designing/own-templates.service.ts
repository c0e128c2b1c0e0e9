import type { BodyOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import * as contracts from '@kangbao/shared/contracts/own-templates.ts'
import type { FormContent } from '@kangbao/shared/forms/design/content.ts'
import { contentOf } from '@kangbao/shared/forms/design/from-content.ts'
import { noticeOf } from '@kangbao/shared/programmes/catalogue.ts'
import type { OrgScope } from '../../db/database.ts'
import { idCursor, newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import * as forms from '../forms/index.ts'
import { draftById } from './drafts.repo.ts'
import * as repo from './own-templates.repo.ts'
import type { OwnTemplateRow } from './own-templates.repo.ts'

const defaultPage = 50

function summaryOf({ content, changedAt, ...row }: OwnTemplateRow): contracts.OwnTemplateSummary {
  return { ...row, fields: content.fields.length, changedAt: new Date(changedAt).toISOString() }
}

export async function list(
  { inOrg }: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listOwnTemplates>,
): Promise<ResponseOf<typeof contracts.listOwnTemplates>> {
  const before = idCursor(cursor)
  return inOrg(async (scope) => {
    const rows = await repo.ownTemplatePage(scope, { before, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    return {
      items: shown.map(summaryOf),
      nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
    }
  })
}

/**
 * Keeps what a draft or a form asks under a name.
 * @throws AppError `template.name-taken`, `template.too-many`.
 */
export function keep(
  ctx: MemberContext,
  { of, label }: BodyOf<typeof contracts.keepOwnTemplate>,
): Promise<contracts.OwnTemplateSummary> {
  const changedAt = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    const content = await asked(scope, of)
    if ((await repo.countOwnTemplates(scope)) >= contracts.mostOwnTemplates)
      throw new AppError('template.too-many', { most: contracts.mostOwnTemplates })
    const template = { ...label, id: newId(), content, madeBy: ctx.memberId, changedAt }
    if (!(await repo.insertOwnTemplate(scope, template))) throw new AppError('template.name-taken')
    return summaryOf({ ...label, id: template.id, content, changedAt })
  })
}

async function asked(
  scope: OrgScope,
  of: BodyOf<typeof contracts.keepOwnTemplate>['of'],
): Promise<FormContent> {
  if ('draftId' in of) return found(await draftById(scope, of.draftId)).content
  const form = found(await forms.formById(scope, of.formId))
  const definition = found(await forms.definitionOf(scope, form.id, form.version))
  return contentOf(definition, noticeOf(definition))
}

export function get({ inOrg }: MemberContext, id: string): Promise<contracts.OwnTemplate> {
  return inOrg(async (scope) => {
    const row = found(await repo.ownTemplateById(scope, id))
    return { ...summaryOf(row), content: row.content }
  })
}

export function relabel(
  { deps, inOrg }: MemberContext,
  id: string,
  label: contracts.TemplateLabel,
): Promise<contracts.OwnTemplateSummary> {
  return inOrg(async (scope) => {
    if (await repo.isNameTaken(scope, { id, name: label.name })) throw new AppError('template.name-taken')
    return summaryOf(found(await repo.relabel(scope, id, label, deps.clock.now())))
  })
}

export function remove({ inOrg }: MemberContext, id: string): Promise<Record<string, never>> {
  return inOrg(async (scope) => {
    if (!(await repo.deleteOwnTemplate(scope, id))) throw new AppError('resource.missing')
    return {}
  })
}
