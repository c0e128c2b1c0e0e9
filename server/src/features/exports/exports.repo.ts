import { sql } from 'drizzle-orm'
import { Value } from 'typebox/value'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { ExportRequest, type AnswerExport } from '@kangbao/shared/contracts/exports.ts'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

export interface ExportRow {
  readonly id: string
  readonly memberId: string
  readonly formId: string
  readonly request: ExportRequest
  readonly reason: string | null
  readonly state: AnswerExport['state']
  readonly failure: AnswerExport['failure']
  readonly rowsDone: number
  readonly rowsTotal: number | null
  /** Sealed. */
  readonly contentKey: Buffer | null
  readonly contentBytes: number
  readonly downloads: number
  readonly createdAt: EpochMs
  readonly expiresAt: EpochMs
}

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly member_id: string
  readonly form_id: string
  readonly request: unknown
  readonly reason: string | null
  readonly state: AnswerExport['state']
  readonly failure: AnswerExport['failure']
  readonly rows_done: number
  readonly rows_total: number | null
  readonly content_key: Buffer | null
  readonly content_bytes: string
  readonly downloads: number
  readonly created_at: string | Date
  readonly expires_at: string | Date
}

const columns =
  sql.raw(`id, member_id, form_id, request, reason, state, failure, rows_done, rows_total, content_key,
  content_bytes, downloads, created_at, expires_at`)

function asExport(row: Row): ExportRow {
  return {
    id: row.id,
    memberId: row.member_id,
    formId: row.form_id,
    request: Value.Parse(ExportRequest, row.request),
    reason: row.reason,
    state: row.state,
    failure: row.failure,
    rowsDone: row.rows_done,
    rowsTotal: row.rows_total,
    contentKey: row.content_key,
    contentBytes: Number(row.content_bytes),
    downloads: row.downloads,
    createdAt: new Date(row.created_at).getTime(),
    expiresAt: new Date(row.expires_at).getTime(),
  }
}

export interface NewExport {
  readonly id: string
  readonly memberId: string
  readonly formId: string
  readonly request: ExportRequest
  readonly reason: string | null
  readonly now: EpochMs
  readonly expiresAt: EpochMs
}

/** False when one of the member's is running already. */
export async function insert({ tx, orgId }: OrgScope, given: NewExport): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into exports (org_id, id, member_id, form_id, request, reason, created_at, expires_at)
    values (${orgId}, ${given.id}, ${given.memberId}, ${given.formId}, ${JSON.stringify(given.request)}::jsonb,
      ${given.reason}, ${instant(given.now)}, ${instant(given.expiresAt)})
    on conflict (org_id, member_id) where state in ('queued', 'running') do nothing`)
  return rowCount === 1
}

/** How many a member has asked for since; one at a time, so that no two slip in together. */
export async function startedSince(
  { tx, orgId }: OrgScope,
  memberId: string,
  since: EpochMs,
): Promise<number> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`export ${memberId}`}, 0))`)
  const { rows } = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from audit_log
    where org_id = ${orgId} and actor = ${`member:${memberId}`} and action = 'export.started'
      and at > ${instant(since)}`)
  return rows[0]?.n ?? 0
}

export async function byId({ tx, orgId }: OrgScope, id: string): Promise<ExportRow | null> {
  const { rows } = await tx.execute<Row>(
    sql`select ${columns} from exports where org_id = ${orgId} and id = ${id}`,
  )
  return rows[0] ? asExport(rows[0]) : null
}

/** A member's exports of a form, newest first. */
export async function listOwn(
  { tx, orgId }: OrgScope,
  given: { readonly memberId: string; readonly formId: string; readonly limit: number },
): Promise<ExportRow[]> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from exports
    where org_id = ${orgId} and member_id = ${given.memberId} and form_id = ${given.formId}
    order by created_at desc, id desc limit ${given.limit}`)
  return rows.map(asExport)
}

/** Begins a run under a key of its own; one that is cut off begins anew. False when there is nothing to run. */
export async function begin(
  { tx, orgId }: OrgScope,
  id: string,
  contentKey: Buffer,
  rowsTotal: number,
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update exports set state = 'running', content_key = ${contentKey}, rows_done = 0, rows_total = ${rowsTotal}
    where org_id = ${orgId} and id = ${id} and state in ('queued', 'running')`)
  return rowCount === 1
}

/** Notes how far a run is; false when it was stopped, or another run has begun. */
export async function advance(
  { tx, orgId }: OrgScope,
  { id, contentKey, rowsDone }: { id: string; contentKey: Buffer; rowsDone: number },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update exports set rows_done = ${rowsDone}
    where org_id = ${orgId} and id = ${id} and state = 'running' and content_key = ${contentKey}`)
  return rowCount === 1
}

export async function finish(
  { tx, orgId }: OrgScope,
  given: { id: string; contentKey: Buffer; rowsDone: number; contentBytes: number; expiresAt: EpochMs },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update exports set state = 'ready', rows_done = ${given.rowsDone}, content_bytes = ${given.contentBytes},
      expires_at = ${instant(given.expiresAt)}
    where org_id = ${orgId} and id = ${given.id} and state = 'running' and content_key = ${given.contentKey}`)
  return rowCount === 1
}

export async function fail(
  { tx, orgId }: OrgScope,
  id: string,
  failure: NonNullable<AnswerExport['failure']>,
): Promise<void> {
  await tx.execute(sql`
    update exports set state = 'failed', failure = ${failure}, content_key = null
    where org_id = ${orgId} and id = ${id} and state in ('queued', 'running')`)
}

/** Counts a download; null when it has been downloaded often enough. */
export async function countDownload(
  { tx, orgId }: OrgScope,
  id: string,
  most: number,
): Promise<number | null> {
  const { rows } = await tx.execute<{ downloads: number }>(sql`
    update exports set downloads = downloads + 1
    where org_id = ${orgId} and id = ${id} and state = 'ready' and downloads < ${most} returning downloads`)
  return rows[0]?.downloads ?? null
}

/** False when it was gone. */
export async function remove({ tx, orgId }: OrgScope, id: string): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`delete from exports where org_id = ${orgId} and id = ${id}`)
  return rowCount === 1
}

/** Removes those that may hold what is to be deleted, or belong to who is; returns their ids. */
export async function removeOfForms(
  { tx, orgId }: OrgScope,
  formIds: readonly string[] | 'all',
): Promise<string[]> {
  const which = formIds === 'all' ? sql`true` : sql`form_id = any(${sql.param([...formIds])}::uuid[])`
  const { rows } = await tx.execute<{ id: string }>(
    sql`delete from exports where org_id = ${orgId} and ${which} returning id`,
  )
  return rows.map(({ id }) => id)
}

/** What somebody is who asked for an export, now; null when he has left. */
export async function askerOf(
  { tx, orgId }: OrgScope,
  memberId: string,
): Promise<{ readonly name: string; readonly role: Role } | null> {
  const { rows } = await tx.execute<{ name: string; role: Role }>(sql`
    select name, role from members
    where org_id = ${orgId} and id = ${memberId} and left_at is null and not is_guest`)
  return rows[0] ?? null
}
