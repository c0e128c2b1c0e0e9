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
  const { kind } = definition
  const slots = slotsOf(definition)
  const { rows } = await system.tx.execute<{ wrong: number }>(sql`
    with counted as materialized (
      select folded_region as region, day, count(*) as orgs,
        ${each(slots, (slot) => sql`sum(figures[${slot}::int]) as ${named(slot)}`)}
      from rollup_reports where kind = ${kind} and folded_region is not null group by folded_region, day),
    paths as materialized (
      select c.region as leaf, p.region, p.parent
      from (select distinct region from counted) as c cross join lateral region_path(c.region) as p),
    true_sums as materialized (
      select p.region, p.parent, c.day, sum(c.orgs)::int as orgs,
        array[${each(slots, (slot) => sql`sum(c.${named(slot)})`)}]::bigint[] as figures
      from counted c join paths p on p.leaf = c.region group by p.region, p.parent, c.day),
    different as (
      select coalesce(t.region, s.region) as region, coalesce(t.day, s.day) as day, t.parent, t.orgs, t.figures
      from true_sums t full join (select * from region_rollups where kind = ${kind}) as s
        on s.region = t.region and s.day = t.day
      where (t.orgs, t.figures) is distinct from (s.orgs, s.figures) and (t.region is not null or s.orgs <> 0)),
    repaired as (
      insert into region_rollups (kind, region, day, parent, orgs, figures)
      select ${kind}::text, region, day, coalesce(parent, ''), coalesce(orgs, 0),
        coalesce(figures, array[${each(slots, () => sql`0`)}]::bigint[]) from different
      on conflict (kind, region, day) do update set orgs = excluded.orgs, figures = excluded.figures)
    select count(*)::int as wrong from different`)
  return rows[0]?.wrong ?? 0
}

/** Has an organisation's reports added again, where it is now. */
export async function touchOrg({ tx }: SystemScope, orgId: string): Promise<void> {
  await tx.execute(sql`update rollup_reports set is_dirty = true where org_id = ${orgId} and not is_dirty`)
}
