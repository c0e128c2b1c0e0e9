import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { FormContent } from '@kangbao/shared/forms/design/content.ts'
import type { OrgScope } from '../../db/database.ts'

export interface DraftRow {
  readonly id: string
  readonly formId: string | null
  readonly content: FormContent
  readonly revision: number
  readonly changedBy: string
  readonly changedAt: EpochMs
}

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly form_id: string | null
  /** As `readContent` let it through. */
  readonly content: FormContent
  readonly revision: number
  readonly changed_by: string
  readonly changed_at: string | Date
}

const columns = sql.raw('id, form_id, content, revision, changed_by, changed_at')

const asDraft = (row: Row): DraftRow => ({
  id: row.id,
  formId: row.form_id,
  content: row.content,
  revision: row.revision,
  changedBy: row.changed_by,
  changedAt: new Date(row.changed_at).getTime(),
})

const at = (moment: EpochMs) => new Date(moment).toISOString()

export async function draftById({ tx, orgId }: OrgScope, id: string): Promise<DraftRow | null> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from form_drafts where org_id = ${orgId} and id = ${id}`)
  return rows[0] ? asDraft(rows[0]) : null
}

/** The same, and nobody else changes it until this transaction ends. */
export async function lockDraft({ tx, orgId }: OrgScope, id: string): Promise<DraftRow | null> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from form_drafts where org_id = ${orgId} and id = ${id} for update`)
  return rows[0] ? asDraft(rows[0]) : null
}

/** The next version of a form, if somebody is at it. */
export async function draftOfForm({ tx, orgId }: OrgScope, formId: string): Promise<DraftRow | null> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from form_drafts where org_id = ${orgId} and form_id = ${formId}`)
  return rows[0] ? asDraft(rows[0]) : null
}

/** Newest first; ids grow with time. */
export async function draftPage(
  { tx, orgId }: OrgScope,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<DraftRow[]> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from form_drafts where org_id = ${orgId}
      ${before === undefined ? sql`` : sql`and id < ${before}`}
    order by id desc limit ${limit}`)
  return rows.map(asDraft)
}

export async function countDrafts({ tx, orgId }: OrgScope): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from form_drafts where org_id = ${orgId}`)
  return rows[0]?.n ?? 0
}

/** False when the form has a next version already. */
export async function insertDraft({ tx, orgId }: OrgScope, draft: DraftRow): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into form_drafts (org_id, id, form_id, content, revision, changed_by, changed_at)
    values (${orgId}, ${draft.id}, ${draft.formId}, ${JSON.stringify(draft.content)}::jsonb, ${draft.revision},
      ${draft.changedBy}, ${at(draft.changedAt)})
    on conflict do nothing`)
  return rowCount === 1
}

/** Null when it is not the revision any more that was seen. */
export async function updateDraft(
  { tx, orgId }: OrgScope,
  { id, content, revision, changedBy, changedAt }: Omit<DraftRow, 'formId'>,
): Promise<DraftRow | null> {
  const { rows } = await tx.execute<Row>(sql`
    update form_drafts set content = ${JSON.stringify(content)}::jsonb, revision = revision + 1,
      changed_by = ${changedBy}, changed_at = ${at(changedAt)}
    where org_id = ${orgId} and id = ${id} and revision = ${revision} returning ${columns}`)
  return rows[0] ? asDraft(rows[0]) : null
}

export async function deleteDraft({ tx, orgId }: OrgScope, id: string): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    delete from form_drafts where org_id = ${orgId} and id = ${id}`)
  return rowCount === 1
}
