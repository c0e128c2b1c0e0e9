import { sql, type SQL } from 'drizzle-orm'
import type { RollupDefinition } from '@kangbao/shared/rollups/definition.ts'
import type { SystemScope } from '../../db/database.ts'

type Definition = RollupDefinition & { readonly area: string }

const slotsOf = ({ figures }: RollupDefinition): number[] => figures.map((_, i) => i + 1)
const each = (slots: readonly number[], part: (slot: number) => SQL): SQL =>
  sql.join(slots.map(part), sql`, `)
const named = (slot: number): SQL => sql`${sql.identifier(`f${slot}`)}`

/** One process adds at a time: another would add to sums it has not seen. */
async function lock({ tx }: SystemScope): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('kangbao.rollups'))`)
}

/**
 * Adds what is new of some reports to the sums of their regions and of those above, and takes off what stood there of the
 * same organisations before: in one statement, so that a report is added once whoever runs it how often. Costs as many rows
 * as have changed, times the levels of the tree.
 * @returns how many reports were added.
 */
export async function fold(system: SystemScope, definition: Definition, limit: number): Promise<number> {
  await lock(system)
  const { kind, area, figures } = definition
  const slots = slotsOf(definition)
  const counts = each(
    slots,
    (slot) => sql`coalesce((r.counts ->> ${figures[slot - 1]?.count ?? ''}::text)::int, 0)`,
  )
  const { rows } = await system.tx.execute<{ folded: number }>(sql`
    with dirty as materialized (
      select r.day, r.org_id, r.folded_region as stood_in, r.figures as stood, array[${counts}] as figures,
        coalesce(o.region, ${area}::text) as region
      from rollup_reports r join orgs o on o.id = r.org_id
      where r.is_dirty and r.kind = ${kind} order by r.day, r.org_id limit ${limit} for update of r skip locked),
    settled as (
      update rollup_reports r set figures = d.figures, folded_region = d.region, is_dirty = false from dirty d
      where r.kind = ${kind} and r.day = d.day and r.org_id = d.org_id),
    deltas as (
      select day, region, sum(orgs) as orgs, ${each(slots, (slot) => sql`sum(orgs * figures[${slot}::int]) as ${named(slot)}`)}
      from (
        select day, region, 1 as orgs, figures from dirty union all
        select day, stood_in, -1, stood from dirty where stood_in is not null) as moves
      group by day, region),
    raised as (
      insert into region_rollups as s (kind, region, day, parent, orgs, figures)
      select ${kind}::text, p.region, day, p.parent, sum(orgs), array[${each(slots, (slot) => sql`sum(${named(slot)})`)}]::bigint[]
      from deltas cross join lateral region_path(deltas.region) as p
      group by p.region, p.parent, day order by p.region, day
      on conflict (kind, region, day) do update set orgs = s.orgs + excluded.orgs,
        figures = array[${each(slots, (slot) => sql`coalesce(s.figures[${slot}::int], 0) + excluded.figures[${slot}::int]`)}])
    select count(*)::int as folded from dirty`)
  return rows[0]?.folded ?? 0
}

/**
 * Sums everything anew from what each organisation's row says, in one pass over them, and puts right what differs.
 * @returns how many sums were wrong.
 */
export async function recount(system: SystemScope, definition: Definition): Promise<number> {
  await lock(system)
  const wrong = await differences(system, definition)
  await repair(system, definition, wrong)
  return wrong.length
}

interface Difference {
  readonly region: string
  readonly day: string
  readonly orgs: number
  readonly figures: readonly string[]
}

/**
 * What a count finds other than what is kept. It reads and does not write, so that the database may count with all its hands;
 * counties are added up to cities, those to provinces, and those to the country.
 */
async function differences({ tx }: SystemScope, definition: Definition): Promise<Difference[]> {
  const { kind } = definition
  const slots = slotsOf(definition)
  const columns = each(slots, named)
  const sums = each(slots, (slot) => sql`sum(${named(slot)})::bigint as ${named(slot)}`)
  const { rows } = await tx.execute<Difference & Record<string, unknown>>(sql`
    with counted as materialized (
      select place, day, count(*) as orgs, ${sums} from rollup_reports
      where kind = ${kind} and place is not null group by place, day),
    cities as materialized (
      select place / 100 * 100 as place, day, sum(orgs)::bigint as orgs, ${sums} from counted
      where place % 10000 <> 0 group by 1, 2),
    provinces as materialized (
      select place / 10000 * 10000 as place, day, sum(orgs)::bigint as orgs, ${sums}
      from (select * from cities union all select * from counted where place % 10000 = 0 and place <> 0) as below
      group by 1, 2),
    country as (
      select 0 as place, day, sum(orgs)::bigint as orgs, ${sums}
      from (select * from provinces union all select * from counted where place = 0) as below group by day),
    counts as (
      select lpad(place::text, 6, '0') as region, day, orgs::int as orgs, array[${columns}] as figures
      from (select * from counted where place % 100 <> 0 union all select * from cities
        union all select * from provinces union all select * from country) as every)
    select coalesce(c.region, s.region) as region, coalesce(c.day, s.day)::text as day, coalesce(c.orgs, 0) as orgs,
      coalesce(c.figures, array[${each(slots, () => sql`0`)}]::bigint[]) as figures
    from counts c full join (select * from region_rollups where kind = ${kind}) as s
      on s.region = c.region and s.day = c.day
    where (c.orgs, c.figures) is distinct from (s.orgs, s.figures) and (c.region is not null or s.orgs <> 0)`)
  return rows
}

async function repair(
  { tx }: SystemScope,
  { kind }: Definition,
  wrong: readonly Difference[],
): Promise<void> {
  if (wrong.length === 0) return
  await tx.execute(sql`
    insert into region_rollups (kind, region, day, parent, orgs, figures)
    select ${kind}::text, w.region, w.day, p.parent, w.orgs, w.figures
    from jsonb_to_recordset(${JSON.stringify(wrong)}::jsonb)
        as w (region text, day date, orgs integer, figures bigint[])
      cross join lateral region_path(w.region) as p
    where p.region = w.region
    on conflict (kind, region, day) do update set orgs = excluded.orgs, figures = excluded.figures`)
}

/** Has an organisation's reports added again, where it is now. */
export async function touchOrg({ tx }: SystemScope, orgId: string): Promise<void> {
  await tx.execute(sql`update rollup_reports set is_dirty = true where org_id = ${orgId} and not is_dirty`)
}
