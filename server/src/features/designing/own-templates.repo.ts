import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { TemplateLabel } from '@kangbao/shared/contracts/own-templates.ts'
import type { FormContent } from '@kangbao/shared/forms/design/content.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

export interface OwnTemplateRow extends TemplateLabel {
  readonly id: string
  readonly content: FormContent
  readonly changedAt: EpochMs
}

interface Row extends Record<string, unknown>, TemplateLabel {
  readonly id: string
  /** As `readContent` let it through. */
  readonly content: FormContent
  readonly changed_at: string | Date
}

const columns = sql.raw('id, name, category, description, content, changed_at')
const asTemplate = ({ changed_at, ...row }: Row): OwnTemplateRow => ({
  ...row,
  changedAt: new Date(changed_at).getTime(),
})

/** Newest first; ids grow with time. */
export async function ownTemplatePage(
  { tx, orgId }: OrgScope,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<OwnTemplateRow[]> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from own_templates where org_id = ${orgId}
      ${before === undefined ? sql`` : sql`and id < ${before}`}
    order by id desc limit ${limit}`)
  return rows.map(asTemplate)
}

export async function ownTemplateById({ tx, orgId }: OrgScope, id: string): Promise<OwnTemplateRow | null> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from own_templates where org_id = ${orgId} and id = ${id}`)
  return rows[0] ? asTemplate(rows[0]) : null
}

export async function countOwnTemplates({ tx, orgId }: OrgScope): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from own_templates where org_id = ${orgId}`)
  return rows[0]?.n ?? 0
}

/** False when another has that name. */
export async function insertOwnTemplate(
  { tx, orgId }: OrgScope,
  template: OwnTemplateRow & { readonly madeBy: string },
): Promise<boolean> {
  const { id, name, category, description, content, madeBy, changedAt } = template
  const { rowCount } = await tx.execute(sql`
    insert into own_templates (org_id, id, name, category, description, content, made_by, made_at, changed_at)
    values (${orgId}, ${id}, ${name}, ${category}, ${description}, ${JSON.stringify(content)}::jsonb, ${madeBy},
      ${instant(changedAt)}, ${instant(changedAt)})
    on conflict do nothing`)
  return rowCount === 1
}

/** Whether another template has that name. */
export async function isNameTaken(
  { tx, orgId }: OrgScope,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from own_templates where org_id = ${orgId} and name = ${name} and id <> ${id}`)
  return rows.length > 0
}

export async function relabel(
  { tx, orgId }: OrgScope,
  id: string,
  { name, category, description }: TemplateLabel,
  changedAt: EpochMs,
): Promise<OwnTemplateRow | null> {
  const { rows } = await tx.execute<Row>(sql`
    update own_templates set name = ${name}, category = ${category}, description = ${description},
      changed_at = ${instant(changedAt)}
    where org_id = ${orgId} and id = ${id} returning ${columns}`)
  return rows[0] ? asTemplate(rows[0]) : null
}

export async function deleteOwnTemplate({ tx, orgId }: OrgScope, id: string): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    delete from own_templates where org_id = ${orgId} and id = ${id}`)
  return rowCount === 1
}
