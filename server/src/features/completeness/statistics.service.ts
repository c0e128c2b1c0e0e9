import { daysBetween, parseCivilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart, periodOf } from '@kangbao/shared/calendar/period.ts'
import type * as contracts from '@kangbao/shared/contracts/completeness.ts'
import type { QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type { Facet } from '@kangbao/shared/forms/facets.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { formFacts, type FormFacts } from '../forms/index.ts'
import { countableFacets, longestTrendDays, narrow, viewOf } from './completeness.service.ts'
import { countFacetsOf, type StatisticsRange } from './statistics.repo.ts'

/**
 * Counts of every countable question over some days, of the answers that carry the facets asked for; a question filtered
 * by is counted without its own filter, so that its other bars can still be chosen (Z-36).
 * @throws AppError `request.invalid` for days that do not fit, `resource.missing`.
 */
export async function rangeStatistics(
  ctx: MemberContext,
  formId: string,
  query: StatisticsQuery,
): Promise<ResponseOf<typeof contracts.getRangeStatistics>> {
  const { range, ...facts } = await statisticsRange(ctx, formId, query)
  const { facets: asked } = range
  const counted = await ctx.inOrg((scope) => countFacetsOf(scope, range))
  const questions = countableFacets(facts.definition).map(({ fieldId, facets: own }) => {
    const filter = asked.find((facet) => own.includes(facet))
    const counts: ReadonlyMap<Facet, number> =
      (filter === undefined ? undefined : counted.without.get(filter)) ?? counted.counts
    return { fieldId, counts: own.map((facet) => ({ facet, count: counts.get(facet) ?? 0 })) }
  })
  const kind = facts.form.periodKind
  const days = [...counted.byDay].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    collected: counted.collected,
    questions,
    days: days.map(([day, count]) => ({ period: periodOf(kind, day), count })),
  }
}

type StatisticsQuery = QueryOf<typeof contracts.getRangeStatistics>

/**
 * What is asked for, as far as the caller may see it.
 * @throws AppError `request.invalid` for days that do not fit, `resource.missing`.
 */
export async function statisticsRange(
  ctx: MemberContext,
  formId: string,
  { from, to, departmentId, facets = '' }: StatisticsQuery,
): Promise<FormFacts & { readonly range: StatisticsRange }> {
  const facts = found(await formFacts(ctx.deps.database, ctx.orgId, formId))
  const departmentIds = narrow(await viewOf(ctx, formId), departmentId)
  const asked = [...new Set(facets.split(',').filter(Boolean).map(Number))]
  return { ...facts, range: { formId, departmentIds, facets: asked, ...daysOf(facts, from, to) } }
}

function daysOf(
  { form }: FormFacts,
  fromText: string | undefined,
  toText: string | undefined,
): { from: CivilDate; to: CivilDate } {
  if (form.periodKind === 'once') return { from: onceStart, to: onceStart }
  const from = parseCivilDate(fromText ?? '')
  const to = parseCivilDate(toText ?? '')
  const longest = form.periodKind === 'day' ? longestTrendDays : 12 * 366
  if (from === null || to === null || to < from || daysBetween(from, to) >= longest)
    throw new AppError('request.invalid', { part: 'querystring', longestDays: longest })
  return { from, to }
}
