import { sql, type SQL } from 'drizzle-orm'
import { civilDate, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { CaseEvent, CaseState } from '@kangbao/shared/cases/case-acts.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'
import { isVisible, type View } from '../completeness/index.ts'

/** A case is about one answer sheet and has its key. */
export interface CaseKey {
  readonly formId: string
  readonly periodStart: CivilDate
  readonly memberId: string
}

export interface CaseRow extends CaseKey {
  readonly name: string
  readonly department: string
  readonly state: CaseState
  readonly isByAnswer: boolean
  readonly keeper: { readonly memberId: string; readonly name: string } | null
  readonly facets: readonly number[]
  readonly version: number
  readonly openedAt: string
  readonly changedAt: string
}

interface Row extends Record<string, unknown> {
  readonly form_id: string
  readonly day: string
  readonly member_id: string
  readonly name: string
  readonly department: string | null
  readonly state: CaseState
  readonly is_by_answer: boolean
  readonly looked_after_by: string | null
  readonly keeper_name: string | null
  readonly facets: number[]
  readonly version: number
  readonly opened_at: string | Date
  readonly changed_at: string | Date
}

const iso = (at: string | Date) => new Date(at).toISOString()

function asCase(row: Row): CaseRow {
  return {
    formId: row.form_id,
    periodStart: civilDate(row.day),
    memberId: row.member_id,
    name: row.name,
    department: row.department ?? '',
    state: row.state,
    isByAnswer: row.is_by_answer,
    keeper:
      row.looked_after_by === null ? null : { memberId: row.looked_after_by, name: row.keeper_name ?? '' },
    facets: row.facets,
    version: row.version,
    openedAt: iso(row.opened_at),
    changedAt: iso(row.changed_at),
  }
}

/** Cases with the answer each is about and where the person counted, which decides who may see it. */
function casesOf(orgId: string): SQL {
  return sql`abnormal_cases c
    join submissions s on s.org_id = ${orgId} and s.form_id = c.form_id and s.period_start = c.period_start
      and s.member_id = c.member_id
    left join expectations e on e.org_id = ${orgId} and e.form_id = c.form_id and e.period_start = c.period_start
      and e.member_id = c.member_id`
}

const columns =
  sql.raw(`c.form_id, c.period_start::text as day, c.member_id, m.name, d.name as department, c.state,
  c.is_by_answer, c.looked_after_by, k.name as keeper_name, s.facets, c.version, c.opened_at, c.changed_at`)

function named(orgId: string): SQL {
  return sql`join members m on m.org_id = ${orgId} and m.id = c.member_id
    left join members k on k.org_id = ${orgId} and k.id = c.looked_after_by
    left join departments d on d.org_id = ${orgId} and d.department_id = e.department_id`
}

export interface CaseFilter {
  readonly state: CaseState | undefined
  readonly departmentIds: View
  readonly from: CivilDate | undefined
  readonly to: CivilDate | undefined
  readonly before: { readonly day: CivilDate; readonly memberId: string } | null
  readonly limit: number
}

/** One page of the cases of a form, the newest period first, by the order of the index. */
export async function listCases(
  { tx, orgId }: OrgScope,
  formId: string,
  { state, departmentIds, from, to, before, limit }: CaseFilter,
): Promise<CaseRow[]> {
  const conditions = [
    sql`c.org_id = ${orgId} and c.form_id = ${formId} and ${isVisible(departmentIds, true)}`,
    ...(state === undefined ? [] : [sql`c.state = ${state}`]),
    ...(from === undefined ? [] : [sql`c.period_start >= ${from}::date`]),
    ...(to === undefined ? [] : [sql`c.period_start <= ${to}::date`]),
    ...(before === null
      ? []
      : [sql`(c.period_start, c.member_id) < (${before.day}::date, ${before.memberId}::uuid)`]),
  ]
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from ${casesOf(orgId)} ${named(orgId)}
    where ${sql.join(conditions, sql` and `)}
    order by c.period_start desc, c.member_id desc limit ${limit}`)
  return rows.map(asCase)
}

/** Counts stop here: whoever has as many does not need to know how many. */
const mostCounted = 1_000

/** Cases of a state that a viewer may see. */
export async function countCases(
  { tx, orgId }: OrgScope,
  formId: string,
  { state, departmentIds }: { readonly state: CaseState; readonly departmentIds: View },
): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from (
      select from ${casesOf(orgId)}
      where c.org_id = ${orgId} and c.form_id = ${formId} and c.state = ${state} and ${isVisible(departmentIds, true)}
      limit ${mostCounted}) as counted`)
  return rows[0]?.n ?? 0
}

function isCase(orgId: string, { formId, periodStart, memberId }: CaseKey): SQL {
  return sql`c.org_id = ${orgId} and c.form_id = ${formId} and c.period_start = ${periodStart} and c.member_id = ${memberId}`
}

/**
 * One case, if it is to be seen from these departments.
 * @param lock Held against others who act until the transaction ends.
 */
export async function caseOf(
  { tx, orgId }: OrgScope,
  key: CaseKey,
  departmentIds: View,
  lock: 'locked' | 'free' = 'free',
): Promise<CaseRow | null> {
  const { rows } = await tx.execute<Row>(sql`
    select ${columns} from ${casesOf(orgId)} ${named(orgId)}
    where ${isCase(orgId, key)} and ${isVisible(departmentIds, true)}
    ${lock === 'locked' ? sql`for update of c` : sql``}`)
  return rows[0] ? asCase(rows[0]) : null
}

export async function saveCase(
  { tx, orgId }: OrgScope,
  key: CaseKey,
  next: { readonly state: CaseState; readonly keeper: string | null; readonly at: EpochMs },
): Promise<void> {
  await tx.execute(sql`
    update abnormal_cases c set state = ${next.state}, is_by_answer = false, looked_after_by = ${next.keeper},
      version = c.version + 1, changed_at = greatest(c.changed_at, ${instant(next.at)})
    where ${isCase(orgId, key)}`)
}

export interface NoteRow {
  readonly id: string
  readonly kind: CaseEvent
  readonly by: string | null
  readonly at: string
  /** Sealed. */
  readonly note: Buffer | null
}

/** The last that was done about a case, oldest first. */
export async function listNotes({ tx, orgId }: OrgScope, key: CaseKey, limit: number): Promise<NoteRow[]> {
  const { rows } = await tx.execute<{
    id: string
    kind: CaseEvent
    by: string | null
    at: string | Date
    note: Buffer | null
  }>(sql`
    select c.id, c.kind, m.name as by, c.written_at as at, c.note from case_notes c
    left join members m on m.org_id = ${orgId} and m.id = c.written_by
    where ${isCase(orgId, key)} order by c.written_at desc, c.id desc limit ${limit}`)
  return rows.map((row) => ({ ...row, at: iso(row.at) })).reverse()
}

/** How often managers did something about a case. */
export async function countActs({ tx, orgId }: OrgScope, key: CaseKey): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(sql`
    select count(*)::int as n from case_notes c where ${isCase(orgId, key)} and c.written_by is not null`)
  return rows[0]?.n ?? 0
}

export async function addNote(
  { tx, orgId }: OrgScope,
  { formId, periodStart, memberId }: CaseKey,
  note: {
    readonly id: string
    readonly kind: CaseEvent
    readonly by: string
    readonly note: Buffer | null
    readonly at: EpochMs
  },
): Promise<void> {
  await tx.execute(sql`
    insert into case_notes (org_id, id, form_id, period_start, member_id, kind, written_by, note, written_at)
    values (${orgId}, ${note.id}, ${formId}, ${periodStart}, ${memberId}, ${note.kind}, ${note.by}, ${note.note},
      ${instant(note.at)})`)
}
