import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Kiosk } from '@kangbao/shared/contracts/kiosks.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

interface KioskRow extends Record<string, unknown> {
  readonly id: string
  readonly name: string
  readonly place: string
  readonly form_ids: string[] | null
  readonly opened_by: string
  readonly opened_at: string
  readonly seen_at: string | null
  readonly closed_at: string | null
}

const columns =
  sql.raw(`k.id, k.name, k.place, k.form_ids, coalesce(m.name, '') as opened_by, k.opened_at, k.seen_at,
  k.closed_at`)
const iso = (at: string) => new Date(at).toISOString()

function asKiosk(row: KioskRow): Kiosk {
  return {
    id: row.id,
    name: row.name,
    place: row.place,
    formIds: row.form_ids,
    openedBy: row.opened_by,
    openedAt: iso(row.opened_at),
    seenAt: row.seen_at && iso(row.seen_at),
    closedAt: row.closed_at && iso(row.closed_at),
  }
}

/** Newest first. */
export async function list(
  { tx, orgId }: OrgScope,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<Kiosk[]> {
  const { rows } = await tx.execute<KioskRow>(sql`
    select ${columns} from kiosks k left join members m on m.org_id = ${orgId} and m.id = k.opened_by
    where k.org_id = ${orgId} ${before === undefined ? sql`` : sql`and k.id < ${before}::uuid`}
    order by k.id desc limit ${limit}`)
  return rows.map(asKiosk)
}

export async function byId({ tx, orgId }: OrgScope, id: string): Promise<Kiosk | null> {
  const { rows } = await tx.execute<KioskRow>(sql`
    select ${columns} from kiosks k left join members m on m.org_id = ${orgId} and m.id = k.opened_by
    where k.org_id = ${orgId} and k.id = ${id}`)
  return rows[0] ? asKiosk(rows[0]) : null
}

export async function countOpen({ tx, orgId }: OrgScope): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from kiosks where org_id = ${orgId} and closed_at is null`)
  return rows[0]?.count ?? 0
}

export interface NewKiosk {
  readonly id: string
  readonly name: string
  readonly place: string
  readonly formIds: readonly string[] | null
  readonly tokenHash: Buffer
  readonly openedBy: string
  readonly now: EpochMs
}

export async function insert({ tx, orgId }: OrgScope, kiosk: NewKiosk): Promise<void> {
  const formIds = kiosk.formIds === null ? sql`null` : sql`${sql.param([...kiosk.formIds])}::uuid[]`
  await tx.execute(sql`
    insert into kiosks (org_id, id, name, place, form_ids, token_hash, opened_by, opened_at)
    values (${orgId}, ${kiosk.id}, ${kiosk.name}, ${kiosk.place}, ${formIds}, ${kiosk.tokenHash}, ${kiosk.openedBy},
      ${instant(kiosk.now)})`)
}

/** False when there is none, or it is closed. */
export async function setToken(
  { tx, orgId }: OrgScope,
  { id, tokenHash, now }: Pick<NewKiosk, 'id' | 'tokenHash' | 'now'>,
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update kiosks set token_hash = ${tokenHash}, renewed_at = ${instant(now)}
    where org_id = ${orgId} and id = ${id} and closed_at is null`)
  return rowCount === 1
}

/** Closing twice is closing once: false the second time. */
export async function close({ tx, orgId }: OrgScope, id: string, now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update kiosks set closed_at = ${instant(now)} where org_id = ${orgId} and id = ${id} and closed_at is null`)
  return rowCount === 1
}

export interface OpenKiosk {
  readonly id: string
  readonly name: string
  readonly place: string
  readonly formIds: readonly string[] | null
  readonly orgName: string
}

/** The open tablet a token belongs to, of an organisation that is there. */
export async function openByToken(
  { tx, orgId }: OrgScope,
  id: string,
  tokenHash: Buffer,
): Promise<OpenKiosk | null> {
  const { rows } = await tx.execute<{
    name: string
    place: string
    form_ids: string[] | null
    org_name: string
  }>(sql`
    select k.name, k.place, k.form_ids, o.name as org_name from kiosks k
    join orgs o on o.id = ${orgId} and o.state = 'active'
    where k.org_id = ${orgId} and k.id = ${id} and k.token_hash = ${tokenHash} and k.closed_at is null`)
  const row = rows[0]
  return row ? { id, name: row.name, place: row.place, formIds: row.form_ids, orgName: row.org_name } : null
}

/** That somebody was here; to the minute, so that a queue in the morning does not wait for one row. */
export async function seen({ tx, orgId }: OrgScope, id: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update kiosks set seen_at = ${instant(now)} where org_id = ${orgId} and id = ${id}
      and (seen_at is null or seen_at < ${instant(now - 60_000)})`)
}
