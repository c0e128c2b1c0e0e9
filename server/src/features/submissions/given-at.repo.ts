import { sql, type SQL } from 'drizzle-orm'

/**
 * When the person last gave an answer, of a row `alias` of its table: from there days in it are counted where the form is not
 * of a day. A correction, which has a reason, does not move it (`answeringDay()` says the same of revisions at hand).
 */
export function givenAt(
  orgId: string,
  alias: string,
  table: 'submissions' | 'submission_revisions' = 'submissions',
): SQL {
  const row = sql.identifier(alias)
  const at = sql`${row}.${sql.identifier(table === 'submissions' ? 'revised_at' : 'filed_at')}`
  return sql`case when ${row}.reason is null then ${at} else coalesce(
    (select own.filed_at from submission_revisions own
      where own.org_id = ${orgId} and own.form_id = ${row}.form_id and own.period_start = ${row}.period_start
        and own.member_id = ${row}.member_id and own.revision < ${row}.revision and own.reason is null
      order by own.revision desc limit 1), ${at}) end`
}
