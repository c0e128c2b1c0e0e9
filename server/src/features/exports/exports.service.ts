import { mostDownloads, type AnswerExport, type ExportRequest } from '@kangbao/shared/contracts/exports.ts'
import type { RevealReason } from '@kangbao/shared/contracts/submissions.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { viewOf, type View } from '../completeness/index.ts'
import { departmentNames } from '../directory/index.ts'
import { eraseLater, opened } from '../files/index.ts'
import { definitionsOf, formById } from '../forms/index.ts'
import { contentPlace, keyPlace, oweExport } from './exports.jobs.ts'
import * as repo from './exports.repo.ts'
import type { ExportRow } from './exports.repo.ts'
import { inPeriods } from './periods.ts'
import { columnsOf } from './shapes.ts'

const mostPerDay = 20
const dayMs = 86_400_000

/**
 * Owes an export (S-49). What it may hold is asked again while it runs.
 * @param reason When ID numbers and phones are to stand in full: behind a second proof.
 * @throws AppError `resource.missing`, `export.range`, `export.field-missing`, `export.running`, `export.too-many`.
 */
export async function start(
  ctx: MemberContext,
  formId: string,
  request: ExportRequest,
  reason: RevealReason | null,
): Promise<AnswerExport> {
  const { deps, memberId } = ctx
  const now = deps.clock.now()
  const view = await viewOf(ctx, formId)
  const { departmentId } = request
  return ctx.inOrg(async (scope) => {
    const form = found(await formById(scope, formId))
    if (departmentId !== undefined) await visibleDepartment(scope, view, departmentId)
    const asked = inPeriods(request, form.periodKind)
    const columns = columnsOf((await definitionsOf(scope, formId)).map(([, definition]) => definition))
    const named = [...(request.fields ?? []), ...(request.cell === undefined ? [] : [request.cell])]
    if (!named.every((id) => columns.some(({ fieldId }) => fieldId === id)))
      throw new AppError('export.field-missing')
    if ((await repo.startedSince(scope, memberId, now - dayMs)) >= mostPerDay)
      throw new AppError('export.too-many')
    const id = newId()
    if (!(await oweExport(scope, { id, memberId, formId, request: asked, reason, now })))
      throw new AppError('export.running')
    await appendAudit(scope, {
      action: 'export.started',
      object: `form:${formId}`,
      detail: {
        shape: asked.shape,
        format: asked.format,
        from: asked.from ?? null,
        to: asked.to ?? null,
        reason,
      },
      at: now,
    })
    return viewed(found(await repo.byId(scope, id)))
  })
}

/** @throws AppError `resource.missing` for a department there is not, or not for the caller. */
async function visibleDepartment(scope: OrgScope, view: View, departmentId: number): Promise<void> {
  const isThere = (await departmentNames(scope, [departmentId])).has(departmentId)
  if (!isThere || (view !== 'all' && !view.includes(departmentId))) throw new AppError('resource.missing')
}

function viewed(row: ExportRow): AnswerExport {
  return {
    id: row.id,
    formId: row.formId,
    request: row.request,
    isFull: row.reason !== null,
    state: row.state,
    failure: row.failure,
    rowsDone: row.rowsDone,
    rowsTotal: row.rowsTotal,
    bytes: row.contentBytes,
    downloadsLeft: Math.max(0, mostDownloads - row.downloads),
    createdAt: new Date(row.createdAt).toISOString(),
    expiresAt: new Date(row.expiresAt).toISOString(),
  }
}

/** One's own exports of a form that are still there. */
export async function list(ctx: MemberContext, formId: string): Promise<{ items: AnswerExport[] }> {
  const { memberId, deps } = ctx
  const now = deps.clock.now()
  const rows = await ctx.inOrg(async (scope) => {
    found(await formById(scope, formId))
    return repo.listOwn(scope, { memberId, formId, limit: 2 * mostPerDay })
  })
  return { items: rows.filter(({ expiresAt }) => expiresAt > now).map(viewed) }
}

interface Named {
  readonly formId: string
  readonly exportId: string
}

/** Whoever has not asked for it is told that it is not there. */
function ownExport(row: ExportRow | null, ctx: MemberContext, formId: string): ExportRow {
  const mine = found(row)
  if (mine.memberId !== ctx.memberId || mine.formId !== formId || mine.expiresAt <= ctx.deps.clock.now())
    throw new AppError('resource.missing')
  return mine
}

/** Stops one that runs, throws away one that is done. */
export async function remove(ctx: MemberContext, { formId, exportId }: Named): Promise<object> {
  const now = ctx.deps.clock.now()
  await ctx.inOrg(async (scope) => {
    ownExport(await repo.byId(scope, exportId), ctx, formId)
    await repo.remove(scope, exportId)
    await eraseLater(scope, [exportId], now)
    const object = `form:${formId}/export:${exportId}`
    await appendAudit(scope, { action: 'export.removed', object, at: now })
  })
  ctx.deps.live.publish(ctx.orgId, { kind: 'export', formId })
  return {}
}

export interface Download {
  readonly name: string
  readonly type: string
  readonly length: number
  readonly bytes: AsyncIterable<Buffer>
}

const types = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'application/zip',
} as const

/** @throws AppError `resource.missing`, `export.not-ready`, `export.spent`. */
export async function download(ctx: MemberContext, { formId, exportId }: Named): Promise<Download> {
  const { deps, orgId } = ctx
  const { row, title } = await ctx.inOrg(async (scope) => {
    const mine = ownExport(await repo.byId(scope, exportId), ctx, formId)
    if (mine.state !== 'ready') throw new AppError('export.not-ready')
    if ((await repo.countDownload(scope, exportId, mostDownloads)) === null)
      throw new AppError('export.spent')
    const [newest] = await definitionsOf(scope, formId)
    return { row: mine, title: newest?.[1].title[mine.request.locale] ?? '' }
  })
  const key = Buffer.from(await deps.vault.open(keyPlace(orgId, row.id), found(row.contentKey)), 'base64')
  const { format, from, to } = row.request
  const days = from && to ? `_${from}_${to}` : ''
  deps.live.publish(orgId, { kind: 'export', formId })
  return {
    name: `${title.replace(/[\\/:*?"<>|]/g, '_')}${days}.${format === 'xlsx' ? 'xlsx' : 'zip'}`,
    type: types[format],
    length: row.contentBytes,
    bytes: opened(deps.files, { place: contentPlace(orgId, row.id), key, length: row.contentBytes }),
  }
}
