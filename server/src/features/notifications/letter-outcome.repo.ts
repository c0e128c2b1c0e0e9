import { sql } from 'drizzle-orm'
import type { OrgScope } from '../../db/database.ts'

/** What became of a letter: it waits, the mail server took it, nobody wanted it any more, or it could not be delivered. */
export type LetterOutcome = 'waiting' | 'taken' | 'unwanted' | 'lost'

/** What became of the letter that told of an export. */
export async function exportLetterOutcome(
  { tx, orgId }: OrgScope,
  { formId, exportId }: { readonly formId: string; readonly exportId: string },
): Promise<LetterOutcome> {
  const { rows } = await tx.execute<{ state: string; reason: string | null }>(sql`
    select b.state, b.reason from pushes p
    join push_batches b on b.org_id = p.org_id and b.push_id = p.id and b.member_ids <> '{}'
    where p.org_id = ${orgId} and p.form_id = ${formId} and p.kind = 'export-mail' and p.subject = ${exportId}
    order by b.batch desc limit 1`)
  const row = rows[0]
  if (!row || row.state === 'planned') return 'waiting'
  if (row.state === 'failed') return 'lost'
  return row.reason === 'mail-taken' ? 'taken' : 'unwanted'
}
