import { sql } from 'drizzle-orm'
import type { OrgScope } from '../../db/database.ts'

/** A span of time, its end left out; both as the database writes them. */
export interface Span {
  readonly from: string
  readonly until: string
}

/** Filings of a span: how many, and one hash over all of them. */
export interface Digest {
  readonly rows: number
  readonly digest: string
}

/**
 * Every revision filed in a span, whether it is the present one or a former one by now. Answers are left out: their seal
 * tells by itself when they were changed, and changes with every change of keys. The way stands behind a line that has one, so
 * that the days sealed before there were any are what they were.
 */
export async function digestOf({ tx, orgId }: OrgScope, { from, until }: Span): Promise<Digest> {
  const { rows } = await tx.execute<Digest & Record<string, unknown>>(sql`
    with filed as (
      select form_id, period_start, member_id, revision, form_version, facets, is_abnormal, filed_by, way,
        reason, revised_at as at
      from submissions
      where org_id = ${orgId} and revised_at >= ${from}::timestamptz and revised_at < ${until}::timestamptz
      union all
      select form_id, period_start, member_id, revision, form_version, facets, is_abnormal, filed_by, way,
        reason, filed_at as at
      from submission_revisions
      where org_id = ${orgId} and filed_at >= ${from}::timestamptz and filed_at < ${until}::timestamptz)
    select count(*)::int as rows, encode(sha256(convert_to(coalesce(string_agg(
      json_build_array(form_id, period_start, member_id, revision, form_version, facets, is_abnormal, filed_by, reason,
        (extract(epoch from at) * 1000000)::bigint)::text || coalesce(way, ''),
      e'\n' order by form_id, period_start, member_id, revision), ''), 'utf8')), 'hex') as digest
    from filed`)
  return rows[0] ?? { rows: 0, digest: '' }
}

/** Seals everything up to a moment: notes that it is done, in the same transaction as the row in the log. */
export async function markDigested({ tx, orgId }: OrgScope, until: string): Promise<void> {
  await tx.execute(sql`update orgs set digested_until = ${until}::timestamptz where id = ${orgId}`)
}
