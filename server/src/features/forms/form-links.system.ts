import { sql } from 'drizzle-orm'
import type { SystemScope } from '../../db/database.ts'

/** The form behind a link that anyone may fill by: read before any org is known. */
export async function formByLink(
  { tx }: SystemScope,
  linkToken: string,
): Promise<{ orgId: string; formId: string } | null> {
  const { rows } = await tx.execute<{ org_id: string; form_id: string }>(sql`
    select org_id, form_id from form_links where link_token = ${linkToken}`)
  return rows[0] ? { orgId: rows[0].org_id, formId: rows[0].form_id } : null
}
