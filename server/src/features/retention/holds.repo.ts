import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'

export interface HoldRow {
  readonly id: string
  readonly formId: string | null
  readonly reason: string
  readonly setAt: EpochMs
  readonly setByName: string
  readonly releasedAt: EpochMs | null
}

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly form_id: string | null
  readonly reason: string
  readonly set_at: string | Date
  readonly name: string | null
  readonly released_at: string | Date | null
}

async function select({ tx, orgId }: OrgScope, rest: SQL): Promise<HoldRow[]> {
  const { rows } = await tx.execute<Row>(sql`
    select h.id, h.form_id, h.reason, h.set_at, m.name, h.released_at from legal_holds h
    left join members m on m.org_id = h.org_id and m.id = h.set_by
    where h.org_id = ${orgId} ${rest}`)
  return rows.map((row) => ({
    id: row.id,
    formId: row.form_id,
    reason: row.reason,
    setAt: new Date(row.set_at).getTime(),
    setByName: row.name ?? '—',
    releasedAt: row.released_at === null ? null : new Date(row.released_at).getTime(),
  }))
}

/** Holds in force. */
export function openHolds(scope: OrgScope): Promise<HoldRow[]> {
  return select(scope, sql`and h.released_at is null`)
}

export async function listHolds(
  scope: OrgScope,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<HoldRow[]> {
  const after = before === undefined ? sql`` : sql`and h.id < ${before}`
  return select(scope, sql`${after} order by h.id desc limit ${limit}`)
}

export async function insertHold(
  { tx, orgId }: OrgScope,
  hold: {
    readonly id: string
    readonly formId: string | null
    readonly reason: string
    readonly by: string
    readonly now: EpochMs
  },
): Promise<void> {
  await tx.execute(sql`
    insert into legal_holds (org_id, id, form_id, reason, set_by, set_at)
    values (${orgId}, ${hold.id}, ${hold.formId}, ${hold.reason}, ${hold.by}, ${new Date(hold.now).toISOString()})`)
}

/** False when there is none in force. */
export async function release(
  { tx, orgId }: OrgScope,
  { id, by, now }: { readonly id: string; readonly by: string; readonly now: EpochMs },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update legal_holds set released_by = ${by}, released_at = ${new Date(now).toISOString()}
    where org_id = ${orgId} and id = ${id} and released_at is null`)
  return rowCount === 1
}
