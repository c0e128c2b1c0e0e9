import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { WorkplaceAdmin, WorkplaceUser } from '../../ports/workplace.ts'
import { spellingOf } from './pinyin.ts'

/** Member ids, by what happened to them. */
export interface RosterChange {
  readonly joined: readonly string[]
  readonly moved: readonly string[]
}

/**
 * Writes people as the platform has them now: new ones join, known ones are brought up to date, those who had left
 * are back. Places in departments carry validity, so an ended one stays on record.
 * @param runId marks them as seen by a full sync.
 */
export async function saveUsers(
  scope: OrgScope,
  users: readonly WorkplaceUser[],
  { runId, now }: { runId: string | null; now: EpochMs },
): Promise<RosterChange> {
  if (users.length === 0) return { joined: [], moved: [] }
  const { tx, orgId } = scope
  const at = new Date(now).toISOString()
  const present = await lockPresent(scope, users)
  const input = JSON.stringify(users.map(asInput))
  const { rows: saved } = await tx.execute<{ id: string; user_id: string }>(sql`
    insert into members (org_id, id, user_id, union_id, name, pinyin, initials, title, job_number, department_id,
      joined_at, last_sync)
    select ${orgId}::uuid, u.id, u."userId", u."unionId", u.name, u.pinyin, u.initials, u.title, u."jobNumber",
      coalesce((select d.department_id from unnest(u."departmentIds") with ordinality as place(id, n)
        join departments d on d.org_id = ${orgId} and d.department_id = place.id and d.removed_at is null
        order by place.n limit 1), 1),
      ${at}::timestamptz, ${runId}::uuid
    from jsonb_to_recordset(${input}::jsonb) as u(id uuid, "userId" text, "unionId" text, name text, pinyin text,
      initials text, title text, "jobNumber" text, "departmentIds" bigint[])
    on conflict (org_id, user_id) do update set
      union_id = excluded.union_id, name = excluded.name, pinyin = excluded.pinyin, initials = excluded.initials,
      title = excluded.title, job_number = excluded.job_number, department_id = excluded.department_id,
      joined_at = case when members.left_at is null then members.joined_at else excluded.joined_at end,
      left_at = null, last_sync = coalesce(excluded.last_sync, members.last_sync)
    returning id, user_id`)
  const changed = await savePlaces(scope, input, at)
  const joined = saved.filter((row) => !present.has(row.user_id)).map((row) => row.id)
  return { joined, moved: [...changed].filter((id) => !joined.includes(id)) }
}

/** Locks the rows in one order, so that two syncs never wait for each other; returns who is here already. */
async function lockPresent({ tx, orgId }: OrgScope, users: readonly WorkplaceUser[]): Promise<Set<string>> {
  const userIds = sql.param(users.map(({ userId }) => userId))
  const { rows } = await tx.execute<{ user_id: string; left_at: string | null }>(sql`
    select user_id, left_at from members where org_id = ${orgId} and user_id = any(${userIds}::text[])
    order by user_id for update`)
  return new Set(rows.filter((row) => row.left_at === null).map((row) => row.user_id))
}

/** Ends places that are no more, begins new ones, keeps who is head; returns whose set of departments changed. */
async function savePlaces({ tx, orgId }: OrgScope, input: string, at: string): Promise<Set<string>> {
  const wanted = sql`
    select m.id as member_id, place.id as department_id, place.id = any(u."headOf") as is_head
    from jsonb_to_recordset(${input}::jsonb) as u("userId" text, "departmentIds" bigint[], "headOf" bigint[])
    join members m on m.org_id = ${orgId} and m.user_id = u."userId"
    cross join lateral (
      select known.department_id as id from departments known
      where known.org_id = ${orgId} and known.removed_at is null and known.department_id = any(u."departmentIds")
      union select 1 where not exists (select 1 from departments known
        where known.org_id = ${orgId} and known.removed_at is null and known.department_id = any(u."departmentIds"))
    ) as place`
  const people = sql`
    select m.id from jsonb_to_recordset(${input}::jsonb) as u("userId" text)
    join members m on m.org_id = ${orgId} and m.user_id = u."userId"`
  const ended = await tx.execute<{ member_id: string }>(sql`
    with wanted as (${wanted})
    update member_departments d set valid_to = ${at}
    where d.org_id = ${orgId} and d.valid_to is null and d.member_id in (${people})
      and not exists (select 1 from wanted w where w.member_id = d.member_id and w.department_id = d.department_id)
    returning d.member_id`)
  await tx.execute(sql`
    with wanted as (${wanted})
    update member_departments d set is_head = w.is_head from wanted w
    where d.org_id = ${orgId} and d.valid_to is null and d.member_id = w.member_id
      and d.department_id = w.department_id and d.is_head <> w.is_head`)
  const begun = await tx.execute<{ member_id: string }>(sql`
    with wanted as (${wanted})
    insert into member_departments (org_id, member_id, department_id, is_head, valid_from)
    select ${orgId}::uuid, w.member_id, w.department_id, w.is_head, ${at}::timestamptz from wanted w
    where not exists (select 1 from member_departments d where d.org_id = ${orgId} and d.member_id = w.member_id
      and d.department_id = w.department_id and d.valid_to is null)
    on conflict (org_id, member_id, department_id, valid_from) do update
      set valid_to = null, is_head = excluded.is_head
    returning member_id`)
  return new Set([...ended.rows, ...begun.rows].map((row) => row.member_id))
}

/** Adds headships told for people whose other data is written already. */
export async function addHeads(
  { tx, orgId }: OrgScope,
  heads: readonly { readonly userId: string; readonly departmentId: number }[],
): Promise<void> {
  if (heads.length === 0) return
  await tx.execute(sql`
    update member_departments d set is_head = true
    from jsonb_to_recordset(${JSON.stringify(heads)}::jsonb) as h("userId" text, "departmentId" bigint)
    join members m on m.org_id = ${orgId} and m.user_id = h."userId"
    where d.org_id = ${orgId} and d.valid_to is null and d.member_id = m.id and d.department_id = h."departmentId"`)
}

/** People the finished sync has not seen have left; at most `limit` of them at a time. They are kept for history. */
export async function endUnseenMembers(
  { tx, orgId }: OrgScope,
  { runId, now, limit }: { runId: string; now: EpochMs; limit: number },
): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from members where org_id = ${orgId} and left_at is null and not is_guest
      and last_sync is distinct from ${runId}::uuid
    order by user_id limit ${limit} for update`)
  const ids = rows.map((row) => row.id)
  await end({ tx, orgId }, ids, now)
  return ids
}

/** Ends one person's membership; returns the member id, or nothing when there was none. */
export async function endMember({ tx, orgId }: OrgScope, userId: string, now: EpochMs): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    select id from members
    where org_id = ${orgId} and user_id = ${userId} and left_at is null and not is_guest for update`)
  const ids = rows.map((row) => row.id)
  await end({ tx, orgId }, ids, now)
  return ids
}

async function end({ tx, orgId }: Pick<OrgScope, 'tx' | 'orgId'>, ids: readonly string[], now: EpochMs) {
  if (ids.length === 0) return
  const at = new Date(now).toISOString()
  const gone = sql.param([...ids])
  await tx.execute(sql`
    update members set left_at = ${at}, role = 'member', manages = '{}'
    where org_id = ${orgId} and id = any(${gone}::uuid[])`)
  await tx.execute(sql`
    update member_departments set valid_to = ${at}
    where org_id = ${orgId} and valid_to is null and member_id = any(${gone}::uuid[])`)
}

/** Who is admin and of what, as the platform says; everyone else is a member (Z-24). */
export async function saveAdmins({ tx, orgId }: OrgScope, admins: readonly WorkplaceAdmin[]): Promise<void> {
  await tx.execute(sql`
    with told as (
      select "userId" as user_id, case when "isMain" then 'main-admin' else 'sub-admin' end as role,
        coalesce("departmentIds", '{}') as manages
      from jsonb_to_recordset(${JSON.stringify(admins)}::jsonb)
        as a("userId" text, "isMain" boolean, "departmentIds" bigint[]))
    update members m set role = coalesce(t.role, 'member'), manages = coalesce(t.manages, '{}')
    from members each left join told t on t.user_id = each.user_id
    where m.org_id = ${orgId} and each.org_id = ${orgId} and each.id = m.id and m.left_at is null
      and (m.role <> coalesce(t.role, 'member') or m.manages <> coalesce(t.manages, '{}'))`)
}

export async function roleOf({ tx, orgId }: OrgScope, userId: string): Promise<Role | null> {
  const { rows } = await tx.execute<{ role: Role }>(sql`
    select role from members where org_id = ${orgId} and user_id = ${userId} and left_at is null`)
  return rows[0]?.role ?? null
}

export interface MemberFilter {
  readonly departmentIds: readonly number[] | 'all'
  readonly search: string
  readonly after: { readonly pinyin: string; readonly id: string } | null
  readonly limit: number
}

export interface MemberRow extends Record<string, unknown> {
  readonly id: string
  readonly user_id: string
  readonly name: string
  readonly pinyin: string
  readonly department: string | null
}

/** Present members, by spelling. A search fits the name anywhere, pinyin and initials from the start. */
export async function listMembers({ tx, orgId }: OrgScope, filter: MemberFilter): Promise<MemberRow[]> {
  const { departmentIds, after, limit } = filter
  const search = filter.search.trim().toLowerCase()
  const escaped = search.replace(/[\\%_]/g, '\\$&')
  const spelled = `${escaped.replaceAll(' ', '')}%`
  const { rows } = await tx.execute<MemberRow>(sql`
    select m.id, m.user_id, m.name, m.pinyin, d.name as department
    from members m left join departments d on d.org_id = m.org_id and d.department_id = m.department_id
    where m.org_id = ${orgId} and m.left_at is null and not m.is_guest
      and ${
        departmentIds === 'all'
          ? sql`true`
          : sql`exists (select 1 from member_departments place where place.org_id = m.org_id
              and place.member_id = m.id and place.valid_to is null
              and place.department_id = any(${sql.param([...departmentIds])}::bigint[]))`
      }
      and ${
        search === ''
          ? sql`true`
          : sql`(lower(m.name) like ${`%${escaped}%`} or m.pinyin like ${spelled} or m.initials like ${spelled})`
      }
      and ${after === null ? sql`true` : sql`(m.pinyin, m.id) > (${after.pinyin}, ${after.id}::uuid)`}
    order by m.pinyin, m.id limit ${limit}`)
  return rows
}

function asInput(user: WorkplaceUser) {
  return { id: newId(), ...user, ...spellingOf(user.name) }
}
