import { periodStart } from '@kangbao/shared/calendar/period.ts'
import type * as contracts from '@kangbao/shared/contracts/colleagues.ts'
import type { BodyOf, ParamsOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type { Receipt } from '@kangbao/shared/contracts/submissions.ts'
import {
  filesForDepartments,
  filesForOthers,
  relationTo,
  type Filer,
  type FilerRelation,
} from '@kangbao/shared/filing/for-colleague.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { listColleagues, missingColleagues, type ColleaguePosition } from '../completeness/index.ts'
import { standingOf } from '../directory/index.ts'
import { blankFilling, current } from './blank-filling.ts'
import { fileFirst, storeFirst } from './first-answers.ts'
import { openForms } from './open-forms.ts'
import { fillable } from './submissions.service.ts'

const defaultPage = 50

/** The caller as the directory has him now. @throws AppError `permission.missing` when there is nobody he may file for. */
async function filerOf({ memberId, isGuest }: MemberContext, scope: OrgScope): Promise<Filer> {
  const standing = await standingOf(scope, memberId)
  const filer = standing && { ...standing, isGuest: isGuest || standing.isGuest }
  if (!filer || !filesForOthers(filer)) throw new AppError('permission.missing')
  return filer
}

/** @throws AppError `resource.missing` for somebody the caller may not file for, as for one who never was. */
async function relation(ctx: MemberContext, scope: OrgScope, memberId: string): Promise<FilerRelation> {
  const filer = await filerOf(ctx, scope)
  return found(relationTo(filer, found(await standingOf(scope, memberId))))
}

function rangeOf(filer: Filer) {
  return { filerId: filer.memberId, departmentIds: filesForDepartments(filer) }
}

/** Forms the caller may file for colleagues; nothing for who may file for nobody. */
export async function forms(ctx: MemberContext): Promise<ResponseOf<typeof contracts.listColleagueForms>> {
  const open = await openForms(ctx)
  const missing = await ctx.inOrg(async (scope) =>
    missingColleagues(scope, open, rangeOf(await filerOf(ctx, scope))),
  )
  const items = open.flatMap(({ formId, facts, window }) => {
    const count = missing.get(formId)
    const { title } = facts.definition
    return count === undefined
      ? []
      : [{ formId, title, periodKind: facts.form.periodKind, window, missing: count }]
  })
  return { items }
}

export async function colleagues(
  ctx: MemberContext,
  formId: string,
  query: QueryOf<typeof contracts.listColleagues> & { readonly search?: string },
): Promise<ResponseOf<typeof contracts.listColleagues>> {
  const filer = await ctx.inOrg((scope) => filerOf(ctx, scope))
  const { facts, period } = await current(ctx, formId)
  const limit = query.limit ?? defaultPage
  const page = {
    search: query.search?.trim() || undefined,
    after: readCursor(query.cursor),
    limit: limit + 1,
  }
  const at = { formId, periodStart: periodStart(period) }
  const rows = await ctx.inOrg((scope) => listColleagues(scope, at, rangeOf(filer), page))
  const items = rows.slice(0, limit)
  const last = rows.length > limit ? items.at(-1) : undefined
  return {
    title: facts.definition.title,
    period,
    items: items.map(({ memberId, name, department, filedAt }) => ({ memberId, name, department, filedAt })),
    nextCursor: last ? writeCursor(last) : null,
  }
}

/** What the phone needs to fill a form for a colleague: the form and his name, none of his answers. */
export async function filling(
  ctx: MemberContext,
  { formId, memberId }: ParamsOf<typeof contracts.getColleagueFilling>,
): Promise<contracts.ColleagueFilling> {
  await ctx.inOrg((scope) => relation(ctx, scope, memberId))
  const { facts, today, period } = await current(ctx, formId)
  return ctx.inOrg((scope) => blankFilling(ctx, scope, facts, { memberId, today, period }))
}

type Params = ParamsOf<typeof contracts.fileForColleague>
type Body = BodyOf<typeof contracts.fileForColleague>

/** Files what a colleague told, if he has not filed; written down in the same transaction (Z-34, Z-35, X-05). */
export async function fileFor(ctx: MemberContext, params: Params, body: Body): Promise<Receipt> {
  const { deps, memberId: filedBy } = ctx
  const { memberId, period } = params
  await ctx.inOrg((scope) => relation(ctx, scope, memberId))
  const facts = await fillable(ctx, params)
  return fileFirst(ctx, params, facts, async (scope) => {
    const way = await relation(ctx, scope, memberId)
    const { answers, consents } = body
    const told = consents && { ...consents, toldBy: filedBy }
    const stored = await storeFirst(scope, deps, { facts, period, memberId, filedBy, way, answers, told })
    if (stored.outcome === 'saved')
      await appendAudit(scope, {
        action: 'submission.filed-for',
        object: `submission:${stored.receipt.submissionId}`,
        people: [memberId],
        detail: { way },
        at: deps.clock.now(),
      })
    return stored
  })
}

const position = /^([01])\0([^\0]*)\0([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

function writeCursor({ isFiled, pinyin, memberId }: ColleaguePosition): string {
  return Buffer.from(`${Number(isFiled)}\0${pinyin}\0${memberId}`).toString('base64url')
}

/** @throws AppError `request.invalid` for a cursor that is not one of ours. */
function readCursor(cursor: string | undefined): ColleaguePosition | null {
  if (cursor === undefined) return null
  const [, filed, pinyin, memberId] = position.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (filed === undefined || pinyin === undefined || memberId === undefined)
    throw new AppError('request.invalid', { part: 'cursor' })
  return { isFiled: filed === '1', pinyin, memberId }
}
