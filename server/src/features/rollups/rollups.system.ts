import { sql, type SQL } from 'drizzle-orm'
import type { CivilDate, EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import type { RollupOrg } from '@kangbao/shared/contracts/rollups.ts'
import { codesWithin } from '@kangbao/shared/regions/region-path.ts'
import type { RegionRow } from '@kangbao/shared/rollups/told-tree.ts'
import type { SystemScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

export interface DayRow extends RegionRow {
  readonly day: string
}

/** The sums of whatever lies directly in some regions, by day; the country lies in ''. */
export async function sumsWithin(
  { tx }: SystemScope,
  {
    kind,
    from,
    through,
    parents,
  }: { kind: ReportKind; from: string; through: string; parents: readonly string[] },
): Promise<DayRow[]> {
  const { rows } = await tx.execute<{
    region: string
    parent: string
    day: string
    orgs: number
    figures: string[]
  }>(sql`
    select region, parent, day::text, orgs, figures from region_rollups
    where kind = ${kind} and parent = any(${sql.param([...parents])}::text[])
      and day between ${from}::date and ${through}::date`)
  // Sums of 64 bits come as text; none of ours is too large for a number.
  return rows.map((row) => ({ ...row, figures: row.figures.map(Number) }))
}

/** Of which organisations something is expected: those there were at some time of the day. */
export interface DueDay {
  readonly begins: EpochMs
  readonly ends: EpochMs
}

/** Organisations of a region, where those nobody has placed stand in the programme's area. */
export interface Where {
  readonly region: string
  readonly area: string
}

function dueIn({ region, area }: Where, { begins, ends }: DueDay): SQL {
  const { from, through } = codesWithin(region)
  const isPlaced = sql`o.region between ${from} and ${through}`
  const isHere = area >= from && area <= through ? sql`(${isPlaced} or o.region is null)` : isPlaced
  return sql`${isHere} and o.created_at < ${instant(ends)} and (o.removed_at is null or o.removed_at >= ${instant(begins)})`
}

/** How many organisations are due, by the region each stands in. */
export async function countDue(
  { tx }: SystemScope,
  where: Where,
  day: DueDay,
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await tx.execute<{ region: string; orgs: number }>(sql`
    select coalesce(o.region, ${where.area}::text) as region, count(*)::int as orgs from orgs o
    where ${dueIn(where, day)} group by 1`)
  return new Map(rows.map(({ region, orgs }) => [region, orgs]))
}

/** What the organisations that stand directly in a region have reported, in the order of their ids. */
export async function reportedIn(
  { tx }: SystemScope,
  { kind, key, region }: { kind: ReportKind; key: string; region: string },
): Promise<{ orgId: string; figures: number[] }[]> {
  const { rows } = await tx.execute<{ org_id: string; figures: number[] }>(sql`
    select org_id, figures from rollup_reports
    where kind = ${kind} and day = ${key}::date and folded_region = ${region} order by org_id`)
  return rows.map(({ org_id, figures }) => ({ orgId: org_id, figures }))
}

export interface OrgsAsked {
  readonly kind: ReportKind
  /** Under which its reports are kept. */
  readonly key: string
  readonly day: CivilDate
  readonly due: DueDay
  readonly where: Where
  readonly state: 'all' | 'missing' | 'reported'
  readonly after: string | null
  readonly limit: number
}

export type OrgRow = Omit<RollupOrg, 'figures'> & { readonly figures: readonly number[] | null }

/** Organisations of a region and whether they have reported, by their ids. */
export async function listOrgs({ tx }: SystemScope, asked: OrgsAsked): Promise<OrgRow[]> {
  const { kind, key, day, where, state } = asked
  const stands = { all: sql``, missing: sql`and r.org_id is null`, reported: sql`and r.org_id is not null` }
  const { rows } = await tx.execute<{
    id: string
    name: string
    region: string
    figures: number[] | null
    last_reported_on: string | null
    run_state: NonNullable<RollupOrg['run']>['state'] | null
  }>(sql`
    select o.id, o.name, coalesce(o.region, ${where.area}::text) as region, r.figures,
      (select max(l.reported_day)::text from rollup_reports l where l.org_id = o.id and l.kind = ${kind})
        as last_reported_on,
      (select d.state from daily_run_orgs d join daily_runs t on t.id = d.run_id
        where d.org_id = o.id and t.kind = ${kind} and t.day = ${day}::date) as run_state
    from orgs o left join rollup_reports r
      on r.kind = ${kind} and r.day = ${key}::date and r.org_id = o.id and r.folded_region is not null
    where ${dueIn(where, asked.due)} ${stands[state]}
      ${asked.after === null ? sql`` : sql`and o.id > ${asked.after}::uuid`}
    order by o.id limit ${asked.limit}`)
  return rows.map((row) => ({
    orgId: row.id,
    name: row.name,
    region: row.region,
    isReported: row.figures !== null,
    lastReportedOn: row.last_reported_on,
    run: row.run_state === null ? null : { state: row.run_state },
    figures: row.figures,
  }))
}

/** False when there is no such organisation. */
export async function savePlace({ tx }: SystemScope, orgId: string, region: string | null): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`update orgs set region = ${region} where id = ${orgId}`)
  return rowCount === 1
}
