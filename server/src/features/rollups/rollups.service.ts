import { addDays, civilDate, instantAt, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import {
  trendDays,
  type RegionRollup,
  type RegionTrend,
  type RollupOrg,
} from '@kangbao/shared/contracts/rollups.ts'
import { rollupOf } from '@kangbao/shared/programmes/catalogue.ts'
import { childTowards, isCounty, liesIn, regionPath } from '@kangbao/shared/regions/region-path.ts'
import { standingDay } from '@kangbao/shared/rollups/definition.ts'
import { toldOrgs, toldRegion } from '@kangbao/shared/rollups/told-tree.ts'
import { idCursor } from '../../db/ids.ts'
import type { SystemScope } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { RequestContext } from '../../http/context.ts'
import { pageOf, type Page, type PageQuery } from '../../http/page.ts'
import { isRegion } from '../../regions.ts'
import { programmeDay, programmeZone } from '../reports/index.ts'
import { viewerOf } from '../sessions/index.ts'
import * as rollups from './rollups.system.ts'

export interface Place {
  readonly kind: ReportKind
  readonly region: string
}
type OrgState = 'all' | 'missing' | 'reported'

/** A question a viewer may ask: everything below stands on it. */
interface Asked extends Place {
  readonly definition: ReturnType<typeof rollupOf>
  readonly day: CivilDate
  /** Under which the day's sums are kept. */
  readonly key: string
  readonly due: rollups.DueDay
}

/**
 * Lets a viewer ask about the region he was given and what lies in it. Anything else does not exist for him: a place that is
 * not his is answered like one that never was.
 * @throws AppError `resource.missing`.
 */
async function asked(ctx: RequestContext, { kind, region }: Place, given?: string): Promise<Asked> {
  const viewer = await viewerOf(ctx)
  if (!isRegion(region) || !liesIn(region, viewer.region)) throw new AppError('resource.missing')
  const definition = rollupOf(kind)
  const day = civilDate(given ?? programmeDay(ctx.deps.clock.now()))
  const due = {
    begins: instantAt(day, '00:00', programmeZone),
    ends: instantAt(addDays(day, 1), '00:00', programmeZone),
  }
  return { kind, region, definition, day, key: definition.each === 'day' ? day : standingDay, due }
}

/** The table of each place on the way down, and of the region itself. */
const tablesOf = (region: string) => ['', ...regionPath(region)]

/** What a region's organisations have reported, by what lies in it. */
export async function region(ctx: RequestContext, place: Place, given?: string): Promise<RegionRollup> {
  const question = await asked(ctx, place, given)
  const { kind, day, key, definition, due } = question
  const where = { region: place.region, area: definition.area }
  const { rows, dueAt } = await ctx.deps.database.inSystem(async (system) => ({
    rows: await rollups.sumsWithin(system, {
      kind,
      from: key,
      through: key,
      parents: tablesOf(place.region),
    }),
    dueAt: await rollups.countDue(system, where, due),
  }))
  const { whole, parts } = toldRegion(definition, place.region, rows)
  const dueIn = new Map<string, number>()
  for (const [code, orgs] of dueAt) {
    const part = childTowards(place.region, code) ?? place.region
    dueIn.set(part, (dueIn.get(part) ?? 0) + orgs)
  }
  const told = new Map(parts.map((part) => [part.region, part]))
  const nothing = definition.figures.map(() => 0)
  return {
    kind,
    day,
    figures: definition.figures.map(({ id, label, isSensitive }) => ({
      id,
      label: { ...label },
      isSensitive,
    })),
    share: { ...definition.share },
    alarm: definition.alarm,
    isPerDay: definition.each === 'day',
    whole: {
      region: place.region,
      orgsDue: [...dueAt.values()].reduce((sum, orgs) => sum + orgs, 0),
      orgsReported: whole.orgs,
      figures: whole.figures,
    },
    parts: isCounty(place.region)
      ? []
      : [...new Set([...dueIn.keys(), ...told.keys()])].toSorted().map((code) => ({
          region: code,
          orgsDue: dueIn.get(code) ?? 0,
          orgsReported: told.get(code)?.orgs ?? 0,
          figures: told.get(code)?.figures ?? nothing,
        })),
  }
}

/** The region's sums day by day; each day hides its own small numbers. */
export async function trend(ctx: RequestContext, place: Place, given?: string): Promise<RegionTrend> {
  const { kind, day, definition } = await asked(ctx, place, given)
  const from = addDays(day, 1 - trendDays)
  const rows = await ctx.deps.database.inSystem((system) =>
    rollups.sumsWithin(system, { kind, from, through: day, parents: tablesOf(place.region) }),
  )
  return {
    days: Array.from({ length: trendDays }, (_, i) => {
      const each = addDays(from, i)
      const { whole } = toldRegion(
        definition,
        place.region,
        rows.filter((row) => row.day === each),
      )
      return { day: each, orgsReported: whole.orgs, figures: whole.figures }
    }),
  }
}

export async function orgs(
  ctx: RequestContext,
  place: Place,
  {
    day,
    state = 'all',
    cursor,
    limit = 50,
  }: PageQuery & { readonly day?: string | undefined; readonly state?: OrgState | undefined },
): Promise<Page<RollupOrg>> {
  const question = await asked(ctx, place, day)
  const after = idCursor(cursor) ?? null
  const page = await ctx.deps.database.inSystem((system) =>
    toldPage(system, question, { state, after, limit: limit + 1 }),
  )
  return pageOf(page, limit, ({ orgId }) => orgId)
}

/**
 * Organisations with what is told of them. What is about health is told in the list of the region they stand in, where it is
 * a table of its own, and left out of the lists of the regions above.
 */
async function toldPage(
  system: SystemScope,
  { kind, region: code, key, day, due, definition }: Asked,
  page: { readonly state: OrgState; readonly after: string | null; readonly limit: number },
): Promise<RollupOrg[]> {
  const where = { region: code, area: definition.area }
  const listed = await rollups.listOrgs(system, { kind, key, day, due, where, ...page })
  const rows = await rollups.sumsWithin(system, { kind, from: key, through: key, parents: tablesOf(code) })
  const direct = await rollups.reportedIn(system, { kind, key, region: code })
  const told = toldOrgs(definition, code, rows, direct)
  const toldOf = new Map(direct.map(({ orgId }, i) => [orgId, told[i]]))
  return listed.map((org) => ({
    ...org,
    figures:
      org.figures &&
      (toldOf.get(org.orgId) ??
        definition.figures.map(({ isSensitive }, f) => (isSensitive ? null : (org.figures?.[f] ?? 0)))),
  }))
}

const exportPage = 500

/** Every organisation of a region, page by page as it is sent. */
export async function allOrgs(
  ctx: RequestContext,
  place: Place,
  { day, state = 'all' }: { readonly day?: string | undefined; readonly state?: OrgState | undefined },
): Promise<{ readonly day: CivilDate; readonly pages: AsyncIterable<RollupOrg[]> }> {
  const question = await asked(ctx, place, day)
  async function* pages() {
    for (let after: string | null = null; ;) {
      const page = { state, after, limit: exportPage }
      const items: RollupOrg[] = await ctx.deps.database.inSystem((system) =>
        toldPage(system, question, page),
      )
      if (items.length > 0) yield items
      after = items.at(-1)?.orgId ?? null
      if (items.length < exportPage) return
    }
  }
  return { day: question.day, pages: pages() }
}
