import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import type { OrgScope } from '../../db/database.ts'

export interface FormVersion {
  readonly version: number
  readonly madeAt: EpochMs
  readonly definition: FormDefinition
}

/** Every version of a form, the oldest first; empty for a form the org does not have. */
export async function versionsOf({ tx, orgId }: OrgScope, formId: string): Promise<FormVersion[]> {
  const { rows } = await tx.execute<{
    version: number
    made_at: string | Date
    definition: FormDefinition
  }>(sql`
    select version, made_at, definition from form_versions
    where org_id = ${orgId} and form_id = ${formId} order by version`)
  return rows.map(({ made_at, ...row }) => ({ ...row, madeAt: new Date(made_at).getTime() }))
}

/**
 * Stores the next version of a form and makes it the one that is filled; answers keep the version they were given to.
 * False when the form has ended, or another version came first.
 */
export async function insertVersion(
  { tx, orgId }: OrgScope,
  formId: string,
  { definition, settings }: { readonly definition: FormDefinition; readonly settings: FormSettings },
  at: EpochMs,
): Promise<boolean> {
  const { version } = definition
  const { rowCount } = await tx.execute(sql`
    update forms set version = ${version}, settings = ${JSON.stringify(settings)}::jsonb
    where org_id = ${orgId} and id = ${formId} and version = ${version - 1} and state = 'published'`)
  if (rowCount !== 1) return false
  await tx.execute(sql`
    insert into form_versions (org_id, form_id, version, definition, made_at)
    values (${orgId}, ${formId}, ${version}, ${JSON.stringify(definition)}::jsonb, ${new Date(at).toISOString()})`)
  return true
}
