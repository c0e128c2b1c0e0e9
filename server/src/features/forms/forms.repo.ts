import { sql } from 'drizzle-orm'
import { LRUCache } from 'lru-cache'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { PeriodKind } from '@kangbao/shared/calendar/period.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { literal, type Database, type OrgScope } from '../../db/database.ts'
import { assertUuid } from '../../db/ids.ts'

/** A form as this org has published it. */
export interface PublishedForm {
  readonly orgId: string
  readonly id: string
  readonly templateId: string | null
  readonly periodKind: PeriodKind
  readonly state: 'published' | 'ended'
  /** Version of the definition; settings change without a new one. */
  readonly version: number
  readonly settings: FormSettings
  readonly linkToken: string
  readonly publishedBy: string
  readonly publishedAt: EpochMs
  readonly endedAt: EpochMs | null
}

/** The org a form belongs to, as far as filling and links need it. */
export interface FormOrg {
  readonly name: string
  readonly corpId: string
  readonly timeZone: string
}

interface FormRow extends Record<string, unknown> {
  readonly org_id: string
  readonly id: string
  readonly template_id: string | null
  readonly period_kind: PeriodKind
  readonly state: 'published' | 'ended'
  readonly version: number
  readonly settings: FormSettings
  readonly link_token: string
  readonly published_by: string
  readonly published_at: string | Date
  readonly ended_at: string | Date | null
}

const columnNames = `f.org_id, f.id, f.template_id, f.period_kind, f.state, f.version, f.settings, f.link_token,
  f.published_by, f.published_at, f.ended_at`
const columns = sql.raw(columnNames)

function asForm(row: FormRow): PublishedForm {
  return {
    orgId: row.org_id,
    id: row.id,
    templateId: row.template_id,
    periodKind: row.period_kind,
    state: row.state,
    version: row.version,
    settings: row.settings,
    linkToken: row.link_token,
    publishedBy: row.published_by,
    publishedAt: new Date(row.published_at).getTime(),
    endedAt: row.ended_at === null ? null : new Date(row.ended_at).getTime(),
  }
}

export async function formById({ tx, orgId }: OrgScope, id: string): Promise<PublishedForm | null> {
  const { rows } = await tx.execute<FormRow>(sql`
    select ${columns} from forms f where f.org_id = ${orgId} and f.id = ${id}`)
  return rows[0] ? asForm(rows[0]) : null
}

/** The form of a template that takes answers now, else the one that did last, else null. */
export async function publishedByTemplate(
  { tx, orgId }: OrgScope,
  templateId: string,
): Promise<PublishedForm | null> {
  const { rows } = await tx.execute<FormRow>(sql`
    select ${columns} from forms f where f.org_id = ${orgId} and f.template_id = ${templateId}
    order by f.state = 'published' desc, f.id desc limit 1`)
  return rows[0] ? asForm(rows[0]) : null
}

/** Every form of the org that takes answers. */
export async function listPublished({ tx, orgId }: OrgScope): Promise<PublishedForm[]> {
  const { rows } = await tx.execute<FormRow>(sql`
    select ${columns} from forms f where f.org_id = ${orgId} and f.state = 'published' order by f.id desc`)
  return rows.map(asForm)
}

/** Newest first; ids grow with time. */
export async function listPage(
  { tx, orgId }: OrgScope,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<PublishedForm[]> {
  const { rows } = await tx.execute<FormRow>(sql`
    select ${columns} from forms f where f.org_id = ${orgId}
      ${before === undefined ? sql`` : sql`and f.id < ${before}`}
    order by f.id desc limit ${limit}`)
  return rows.map(asForm)
}

export async function formOrg({ tx, orgId }: OrgScope): Promise<FormOrg> {
  const { rows } = await tx.execute<{ name: string; corp_id: string; time_zone: string }>(sql`
    select name, corp_id, time_zone from orgs where id = ${orgId}`)
  const row = rows[0]
  if (!row) throw new Error('the org of a session is gone')
  return { name: row.name, corpId: row.corp_id, timeZone: row.time_zone }
}

/** What filling needs of a form. */
export interface FormFacts {
  readonly form: PublishedForm
  readonly definition: FormDefinition
  readonly org: FormOrg
}

export interface FormKey {
  readonly orgId: string
  readonly formId: string
}

/** Equal definitions are one object, so that thousands of orgs with one template cost one. */
const definitionsByText = new LRUCache<string, FormDefinition>({ max: 500 })
/** A version never changes, so what was read once stays right. */
const definitionsByVersion = new LRUCache<string, FormDefinition>({ max: 20_000 })
/** The version of each form that was read last, so that its definition is not sent again. */
const lastVersions = new LRUCache<string, number>({ max: 20_000 })

const versionKey = ({ orgId, formId }: FormKey, version: number) => `${orgId}/${formId}/${version}`

function keepDefinition(key: string, text: string): FormDefinition {
  const definition = definitionsByText.get(text) ?? (JSON.parse(text) as FormDefinition) // written by insertForm
  definitionsByText.set(text, definition)
  definitionsByVersion.set(key, definition)
  return definition
}

/** Facts of forms of any orgs in one round trip, in their order; null for those there are none of. */
export async function factsOfMany(
  database: Pick<Database, 'inOneTrip'>,
  keys: readonly FormKey[],
): Promise<(FormFacts | null)[]> {
  const found = await database.inOneTrip(
    keys.map((key) => {
      const org = literal(assertUuid(key.orgId))
      const form = literal(assertUuid(key.formId))
      const last = lastVersions.get(versionKey(key, 0)) ?? 0
      const known = literal(definitionsByVersion.has(versionKey(key, last)) ? last : 0)
      return {
        orgId: key.orgId,
        text: `select ${columnNames}, o.name, o.corp_id, o.time_zone,
          (select v.definition::text from form_versions v where v.org_id = f.org_id and v.form_id = f.id
            and v.version = f.version and v.version <> ${known}) as definition
          from forms f join orgs o on o.id = f.org_id where f.org_id = ${org} and f.id = ${form}`,
      }
    }),
  )
  return keys.map((key, i) => {
    const row = found[i]?.[0] as FactsRow | undefined // the columns just named
    return row ? asFacts(key, row) : null
  })
}

interface FactsRow extends FormRow {
  readonly name: string
  readonly corp_id: string
  readonly time_zone: string
  /** Null when it is known. */
  readonly definition: string | null
}

function asFacts(key: FormKey, row: FactsRow): FormFacts | null {
  const at = versionKey(key, row.version)
  const definition =
    row.definition === null ? definitionsByVersion.get(at) : keepDefinition(at, row.definition)
  if (!definition) return null
  lastVersions.set(versionKey(key, 0), row.version)
  return {
    form: asForm(row),
    definition,
    org: { name: row.name, corpId: row.corp_id, timeZone: row.time_zone },
  }
}

/** Every version of a form, the newest first. */
export async function definitionsOf(
  scope: OrgScope,
  formId: string,
): Promise<readonly (readonly [version: number, definition: FormDefinition])[]> {
  const { rows } = await scope.tx.execute<{ version: number }>(sql`
    select version from form_versions where org_id = ${scope.orgId} and form_id = ${formId} order by version desc`)
  const all: (readonly [number, FormDefinition])[] = []
  for (const { version } of rows) {
    const definition = await definitionOf(scope, formId, version)
    if (definition) all.push([version, definition])
  }
  return all
}

/** The form as it was asked in one version, or null. */
export async function definitionOf(
  { tx, orgId }: OrgScope,
  formId: string,
  version: number,
): Promise<FormDefinition | null> {
  const key = versionKey({ orgId, formId }, version)
  const known = definitionsByVersion.get(key)
  if (known) return known
  const { rows } = await tx.execute<{ definition: string }>(sql`
    select definition::text as definition from form_versions
    where org_id = ${orgId} and form_id = ${formId} and version = ${version}`)
  const text = rows[0]?.definition
  return text === undefined ? null : keepDefinition(key, text)
}

export async function insertForm(
  { tx, orgId }: OrgScope,
  form: PublishedForm,
  definition: FormDefinition,
): Promise<void> {
  const at = new Date(form.publishedAt).toISOString()
  await tx.execute(sql`
    insert into forms (org_id, id, template_id, period_kind, version, settings, link_token, published_by, published_at)
    values (${orgId}, ${form.id}, ${form.templateId}, ${form.periodKind}, ${form.version},
      ${JSON.stringify(form.settings)}::jsonb, ${form.linkToken}, ${form.publishedBy}, ${at})`)
  await tx.execute(sql`
    insert into form_versions (org_id, form_id, version, definition, made_at)
    values (${orgId}, ${form.id}, ${form.version}, ${JSON.stringify(definition)}::jsonb, ${at})`)
}

/** The link that anyone may fill by works exactly while the settings say so. */
export async function setLink({ tx, orgId }: OrgScope, form: PublishedForm): Promise<void> {
  if (form.state === 'published' && form.settings.whoMayFill === 'anyone') {
    await tx.execute(sql`
      insert into form_links (link_token, org_id, form_id) values (${form.linkToken}, ${orgId}, ${form.id})
      on conflict do nothing`)
  } else {
    await tx.execute(sql`delete from form_links where link_token = ${form.linkToken} and org_id = ${orgId}`)
  }
}

/** Null when the form has been ended meanwhile. */
export async function updateSettings(
  { tx, orgId }: OrgScope,
  formId: string,
  settings: FormSettings,
): Promise<PublishedForm | null> {
  const { rows } = await tx.execute<FormRow>(sql`
    update forms f set settings = ${JSON.stringify(settings)}::jsonb
    where f.org_id = ${orgId} and f.id = ${formId} and f.state = 'published' returning ${columns}`)
  return rows[0] ? asForm(rows[0]) : null
}

/** Ends a form; one that was ended before keeps its moment. */
export async function updateEnded(
  { tx, orgId }: OrgScope,
  formId: string,
  at: EpochMs,
): Promise<PublishedForm | null> {
  const { rows } = await tx.execute<FormRow>(sql`
    update forms f set state = 'ended', ended_at = coalesce(f.ended_at, ${new Date(at).toISOString()}::timestamptz)
    where f.org_id = ${orgId} and f.id = ${formId} returning ${columns}`)
  return rows[0] ? asForm(rows[0]) : null
}

/** Which of these departments and people the org does not have. */
export async function unknownInSettings(
  { tx, orgId }: OrgScope,
  { departmentIds, userIds }: { departmentIds: readonly number[]; userIds: readonly string[] },
): Promise<{ departments: number; people: number }> {
  const { rows } = await tx.execute<{ departments: number; people: number }>(sql`
    select
      (select count(*)::int from unnest(${sql.param([...departmentIds])}::bigint[]) as wanted where not exists (
        select from departments d where d.org_id = ${orgId} and d.department_id = wanted and d.removed_at is null)) as departments,
      (select count(*)::int from unnest(${sql.param([...userIds])}::text[]) as wanted where not exists (
        select from members m where m.org_id = ${orgId} and m.user_id = wanted and m.left_at is null)) as people`)
  return rows[0] ?? { departments: 0, people: 0 }
}

/** Whether a member was let in to see this form's answers besides the admins (Z-31). */
export async function isSharedViewer(
  { tx, orgId }: OrgScope,
  formId: string,
  memberId: string,
): Promise<boolean> {
  const { rows } = await tx.execute(sql`
    select from forms f join members m on m.org_id = f.org_id and m.id = ${memberId} and m.left_at is null
    where f.org_id = ${orgId} and f.id = ${formId} and f.settings -> 'sharedViewers' ? m.user_id`)
  return rows.length > 0
}

/** Forms of which a member is a shared viewer. */
export async function listSharedWith({ tx, orgId }: OrgScope, memberId: string): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select f.id from forms f join members m on m.org_id = f.org_id and m.id = ${memberId} and m.left_at is null
    where f.org_id = ${orgId} and f.settings -> 'sharedViewers' ? m.user_id`)
  return rows.map(({ id }) => id)
}

export interface FormOfSubject {
  readonly id: string
  readonly definition: FormDefinition
}

/** Forms that share a notice: those of a template, or the one that came from none. */
export async function formsOfSubject({ tx, orgId }: OrgScope, subject: string): Promise<FormOfSubject[]> {
  const { rows } = await tx.execute<{ id: string; definition: FormDefinition }>(sql`
    select f.id, v.definition from forms f
    join form_versions v on v.org_id = f.org_id and v.form_id = f.id and v.version = f.version
    where f.org_id = ${orgId} and coalesce(f.template_id, 'form:' || f.id) = ${subject}`)
  return rows
}
