import { addDays, daysBetween, parseCivilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { isPeriodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import { windowState } from '@kangbao/shared/calendar/window.ts'
import type * as contracts from '@kangbao/shared/contracts/completeness.ts'
import type { QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { everyField, type FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { countedParts, findingFacet, optionFacet } from '@kangbao/shared/forms/facets.ts'
import { parseMobile } from '@kangbao/shared/identity/phone.ts'
import type { OrgScope } from '../../db/database.ts'
import { idCursor } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { phoneHashesIn } from '../../keys/phone-hashes.ts'
import { subtree, visibleDepartments } from '../directory/index.ts'
import { formFacts, formWindow, isSharedViewer, type FormFacts } from '../forms/index.ts'
import * as board from './board.repo.ts'
import { readTotals } from './totals.ts'
import * as counters from './counters.repo.ts'
import type { Counts } from './counters.repo.ts'
import { excusedByDay, excusedByDepartment } from './excusals.repo.ts'
import type { FormPeriod } from './expectations.repo.ts'
import { ensureOpened } from './periods.service.ts'

/** Days that can be asked for at once. */
export const longestTrendDays = 92
const defaultPage = 50

/** Whose numbers a caller may see of one form: everybody's, or those of departments with what lies below them. */
export type View = readonly number[] | 'all'

interface Board extends FormFacts {
  readonly period: string
  readonly at: FormPeriod
  readonly view: View
}

/** What a caller may see of a form: an admin or shared viewer all, a sub-admin what he manages (Z-24, Z-31). */
export async function viewOf(
  ctx: Pick<MemberContext, 'role' | 'memberId' | 'inOrg'>,
  formId: string,
): Promise<View> {
  if (ctx.role === 'main-admin') return 'all'
  if (await ctx.inOrg((scope) => isSharedViewer(scope, formId, ctx.memberId))) return 'all'
  return visibleDepartments(ctx)
}

async function openBoard(ctx: MemberContext, formId: string, period: string): Promise<Board> {
  const facts = found(await formFacts(ctx.deps.database, ctx.orgId, formId))
  if (!isPeriodOf(facts.form.periodKind, period)) throw new AppError('resource.missing')
  const view = await viewOf(ctx, formId)
  await ensureOpened(ctx.deps, facts, period)
  return { ...facts, period, view, at: { formId, periodStart: periodStart(period) } }
}

function completenessOf(period: string, counts: Counts, excused: number): contracts.Completeness {
  const { expected, collected, abnormal, lastFiledAt } = counts
  const missing = Math.max(0, expected - collected)
  return { period, expected, collected, missing, abnormal, late: lateOf(counts), excused, lastFiledAt }
}

/** Who came after those counted at the moment the form names. */
function lateOf({ collected, onTime }: Counts): number | null {
  return onTime === null ? null : Math.max(0, collected - onTime)
}

/** Departments whose counters add up to a view. */
async function countedIn(scope: OrgScope, view: View): Promise<View> {
  return view === 'all' ? view : counters.topmost(scope, view)
}

/**
 * A department and all below it, if the caller may see it.
 * @throws AppError `resource.missing` otherwise.
 */
export function narrow(view: View, departmentId: number | undefined): View {
  if (departmentId === undefined) return view
  if (view !== 'all' && !view.includes(departmentId)) throw new AppError('resource.missing')
  return [departmentId]
}

export async function totals(
  ctx: MemberContext,
  { formId, period }: { formId: string; period: string },
): Promise<contracts.Completeness> {
  const { view, at } = await openBoard(ctx, formId, period)
  if (view === 'all') {
    const counts = await readTotals(ctx.deps.database, ctx.orgId, at)
    return completenessOf(period, counts, counts.excused)
  }
  return ctx.inOrg(async (scope) => {
    const counts = await counters.countsOf(scope, at, await countedIn(scope, view))
    const range = { from: at.periodStart, to: at.periodStart, departmentIds: view }
    const excused = await excusedByDay(scope, formId, range)
    return completenessOf(period, counts, excused.get(at.periodStart) ?? 0)
  })
}

/** One level of the tree: what lies below `parentId`, or where the caller's view begins. */
export async function departments(
  ctx: MemberContext,
  { formId, period }: { formId: string; period: string },
  { parentId }: QueryOf<typeof contracts.listDepartmentCompleteness>,
): Promise<ResponseOf<typeof contracts.listDepartmentCompleteness>> {
  const { view, at } = await openBoard(ctx, formId, period)
  return ctx.inOrg(async (scope) => {
    narrow(view, parentId)
    const isTop = parentId === undefined && view !== 'all'
    const which = isTop ? { ids: await counters.topmost(scope, view) } : { parentId: parentId ?? 1 }
    const excused = await excusedByDepartment(scope, at)
    const items = await counters.countsByDepartment(scope, at, which)
    return {
      items: items.map((each) => {
        const { departmentId, name, hasChildren, expected, collected, abnormal } = each
        const more = { late: lateOf(each), excused: excused.get(departmentId) ?? 0 }
        return { departmentId, name, hasChildren, expected, collected, abnormal, ...more }
      }),
    }
  })
}

export async function people(
  ctx: MemberContext,
  { formId, period }: { formId: string; period: string },
  query: QueryOf<typeof contracts.listCompletenessPeople> & { search?: string },
): Promise<ResponseOf<typeof contracts.listCompletenessPeople>> {
  const { view, at, definition } = await openBoard(ctx, formId, period)
  const limit = query.limit ?? defaultPage
  const search = await searchOf(ctx, query.search)
  const rows = await ctx.inOrg(async (scope) =>
    board.listPeople(scope, at, {
      state: query.state,
      departmentIds: narrow(view, query.departmentId),
      facet: query.facet,
      search,
      after: idCursor(query.cursor),
      limit: limit + 1,
    }),
  )
  const items = rows.slice(0, limit)
  const findingIds = new Map(definition.findings.map((rule) => [findingFacet(rule), rule.id]))
  return {
    items: items.map(({ facets, way, ...person }) => ({
      ...person,
      ...(way && { way }),
      findings: facets.flatMap((facet) => findingIds.get(facet) ?? []),
    })),
    nextCursor: rows.length > limit ? (items.at(-1)?.memberId ?? null) : null,
  }
}

async function searchOf({ deps, orgId }: MemberContext, search: string | undefined) {
  const text = search?.trim()
  if (!text) return undefined
  const phone = parseMobile(text)
  return { text, phones: phone === null ? null : await phoneHashesIn(deps, orgId, phone) }
}

export async function statistics(
  ctx: MemberContext,
  { formId, period }: { formId: string; period: string },
  { departmentId }: QueryOf<typeof contracts.getStatistics>,
): Promise<ResponseOf<typeof contracts.getStatistics>> {
  const { view, at, definition } = await openBoard(ctx, formId, period)
  const { collected, counts } = await ctx.inOrg(async (scope) =>
    board.countFacets(scope, at, { departmentIds: narrow(view, departmentId) }),
  )
  const questions = countableFacets(definition).map(({ fieldId, facets }) => ({
    fieldId,
    counts: facets.map((facet) => ({ facet, count: counts.get(facet) ?? 0 })),
  }))
  return { collected, questions }
}

/** Every option and band of the form, those nobody chose included. */
export function countableFacets(form: FormDefinition): { fieldId: string; facets: number[] }[] {
  return everyField(form).flatMap(({ id, field }) => {
    const parts = countedParts(field)
    return parts.length === 0
      ? []
      : [{ fieldId: id, facets: parts.map(({ code }) => optionFacet(field, code)) }]
  })
}

export async function trend(
  ctx: MemberContext,
  formId: string,
  query: QueryOf<typeof contracts.getTrend>,
): Promise<ResponseOf<typeof contracts.getTrend>> {
  const { form } = found(await formFacts(ctx.deps.database, ctx.orgId, formId))
  const { from, to } = trendRange(query)
  if (form.periodKind !== 'day') return { days: [] }
  const view = await viewOf(ctx, formId)
  const [byDay, excused] = await ctx.inOrg(async (scope) => [
    await counters.countsByDay(scope, formId, { from, to, departmentIds: await countedIn(scope, view) }),
    await excusedByDay(scope, formId, { from, to, departmentIds: view }),
  ])
  const days = Array.from({ length: daysBetween(from, to) + 1 }, (_, i) => addDays(from, i))
  return {
    days: days.map((day) => completenessOf(day, byDay.get(day) ?? counters.noCounts, excused.get(day) ?? 0)),
  }
}

function trendRange(query: QueryOf<typeof contracts.getTrend>): { from: CivilDate; to: CivilDate } {
  const from = parseCivilDate(query.from)
  const to = parseCivilDate(query.to)
  if (from === null || to === null || to < from || daysBetween(from, to) >= longestTrendDays)
    throw new AppError('request.invalid', { part: 'querystring', longestDays: longestTrendDays })
  return { from, to }
}

/** What a caller may remind about: the form's period while it is open, and the departments he may see of it. */
export async function openForReminders(
  ctx: MemberContext,
  { formId, period }: { formId: string; period: string },
  departmentId: number | undefined,
) {
  const { form, org, view, at } = await openBoard(ctx, formId, period)
  if (form.state === 'ended') throw new AppError('form.ended')
  if (windowState(formWindow(form, org, period), ctx.deps.clock.now()) !== 'open')
    throw new AppError('form.closed')
  const range = narrow(view, departmentId)
  const departmentIds =
    departmentId === undefined ? range : await ctx.inOrg((scope) => subtree(scope, [departmentId]))
  return { at, departmentIds }
}
