import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { revokeStaleRoles } from '../../db/revocations.repo.ts'
import type { WorkplaceAdmin, WorkplaceUser } from '../../ports/workplace.ts'
import { spellingOf } from './pinyin.ts'
import { rootId } from './walk.ts'

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
  const known = await knownDepartments(scope, users)
  const placed = users.map((user) => ({ ...user, departmentIds: standing(user, known) }))
  const { rows: saved } = await tx.execute<{ id: string; user_id: string }>(sql`
    insert into members (org_id, id, user_id, union_id, name, pinyin, initials, title, job_number, department_id,
      joined_at, last_sync)
    select ${orgId}::uuid, u.id, u."userId", u."unionId", u.name, u.pinyin, u.initials, u.title, u."jobNumber",
      u."departmentId", ${at}::timestamptz, ${runId}::uuid
    from jsonb_to_recordset(${JSON.stringify(placed.map(asInput))}::jsonb) as u(id uuid, "userId" text,
      "unionId" text, name text, pinyin text, initials text, title text, "jobNumber" text, "departmentId" bigint)
    on conflict (org_id, user_id) do update set
      union_id = excluded.union_id, name = excluded.name, pinyin = excluded.pinyin, initials = excluded.initials,
      title = excluded.title, job_number = excluded.job_number, department_id = excluded.department_id,
      joined_at = case when members.left_at is null then members.joined_at else excluded.joined_at end,
      left_at = null, last_sync = coalesce(excluded.last_sync, members.last_sync)
    returning id, user_id`)
  const idByUserId = new Map(saved.map((row) => [row.user_id, row.id]))
  const wanted = placed.flatMap((user) =>
    user.departmentIds.map((departmentId) => ({
      memberId: idByUserId.get(user.userId) ?? '',
      departmentId,
      isHead: user.headOf.includes(departmentId),
    })),
  )
  const changed = await savePlaces(scope, { memberIds: [...idByUserId.values()], wanted, at })
  const joined = saved.filter((row) => !present.has(row.user_id)).map((row) => row.id)
  return { joined, moved: [...changed].filter((id) => !joined.includes(id)) }
}

/** Which of the departments these people stand in are here. */
async function knownDepartments(
  { tx, orgId }: OrgScope,
  users: readonly WorkplaceUser[],
): Promise<ReadonlySet<number>> {
  const ids = sql.param([...new Set(users.flatMap(({ departmentIds }) => departmentIds))])
  const { rows } = await tx.execute<{ id: string }>(sql`
    select department_id as id from departments
    where org_id = ${orgId} and removed_at is null and department_id = any(${ids}::bigint[])`)
  return new Set(rows.map((row) => Number(row.id)))
}

/** Somebody all of whose departments are hidden from us stands in the org itself. */
function standing({ departmentIds }: WorkplaceUser, known: ReadonlySet<number>): number[] {
  const seen = [...new Set(departmentIds)].filter((id) => known.has(id))
  return seen.length > 0 ? seen : [rootId]
}

/** Locks the rows in one order, so that two syncs never wait for each other; returns who is here already. */
async function lockPresent({ tx, orgId }: OrgScope, users: readonly WorkplaceUser[]): Promise<Set<string>> {
  const userIds = sql.param(users.map(({ userId }) => userId))
  const { rows } = await tx.execute<{ user_id: string; left_at: string | null }>(sql`
    select user_id, left_at from members where org_id = ${orgId} and user_id = any(${userIds}::text[])
    order by user_id for update`)
  return new Set(rows.filter((row) => row.left_at === null).map((row) => row.user_id))
}

interface Place {
  readonly memberId: string
  readonly departmentId: number
  readonly isHead: boolean
}

/** Ends places that are no more, begins new ones, keeps who is head; returns whose set of departments changed. */
async function savePlaces(
  scope: OrgScope,
  { memberIds, wanted, at }: { memberIds: readonly string[]; wanted: readonly Place[]; at: string },
): Promise<Set<string>> {
  const { tx, orgId } = scope
  const open = await openPlaces(scope, memberIds)
  const wantedKeys = new Set(wanted.map(keyOf))
  const ended = [...open.values()].filter((place) => !wantedKeys.has(keyOf(place)))
  const begun = wanted.filter((place) => !open.has(keyOf(place)))
  const turned = wanted.filter((place) => {
    const before = open.get(keyOf(place))
    return before !== undefined && before.isHead !== place.isHead
  })
  if (ended.length > 0)
    await tx.execute(sql`
      update member_departments d set valid_to = ${at} from ${recordset(ended)}
      where d.org_id = ${orgId} and d.valid_to is null and d.member_id = p."memberId"
        and d.department_id = p."departmentId"`)
  if (turned.length > 0)
    await tx.execute(sql`
      update member_departments d set is_head = p."isHead" from ${recordset(turned)}
      where d.org_id = ${orgId} and d.valid_to is null and d.member_id = p."memberId"
        and d.department_id = p."departmentId"`)
  if (begun.length > 0)
    await tx.execute(sql`
      insert into member_departments (org_id, member_id, department_id, is_head, valid_from)
      select ${orgId}::uuid, p."memberId", p."departmentId", p."isHead", ${at}::timestamptz from ${recordset(begun)}
      on conflict (org_id, member_id, department_id, valid_from) do update
        set valid_to = null, is_head = excluded.is_head`)
  return new Set([...ended, ...begun].map(({ memberId }) => memberId))
}

async function openPlaces(
  { tx, orgId }: OrgScope,
  memberIds: readonly string[],
): Promise<Map<string, Place>> {
  const { rows } = await tx.execute<{ member_id: string; department_id: string; is_head: boolean }>(sql`
    select member_id, department_id, is_head from member_departments
    where org_id = ${orgId} and valid_to is null and member_id = any(${sql.param([...memberIds])}::uuid[])`)
  const places = rows.map((row) => ({
    memberId: row.member_id,
    departmentId: Number(row.department_id),
    isHead: row.is_head,
  }))
  return new Map(places.map((place) => [keyOf(place), place]))
}

function keyOf({ memberId, departmentId }: Place): string {
  return `${memberId} ${departmentId}`
}

function recordset(places: readonly Place[]) {
  return sql`jsonb_to_recordset(${JSON.stringify(places)}::jsonb)
    as p("memberId" uuid, "departmentId" bigint, "isHead" boolean)`
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
  await revokeStaleRoles({ tx, orgId }, ids)
}

/** Who is admin and of what, as the platform says; everyone else is a member (Z-24). */
export async function saveAdmins({ tx, orgId }: OrgScope, admins: readonly WorkplaceAdmin[]): Promise<void> {
  const { rows } = await tx.execute<{ id: string }>(sql`
    with told as (
      select "userId" as user_id, case when "isMain" then 'main-admin' else 'sub-admin' end as role,
        coalesce("departmentIds", '{}') as manages
      from jsonb_to_recordset(${JSON.stringify(admins)}::jsonb)
        as a("userId" text, "isMain" boolean, "departmentIds" bigint[]))
    update members m set role = coalesce(t.role, 'member'), manages = coalesce(t.manages, '{}')
    from members each left join told t on t.user_id = each.user_id
    where m.org_id = ${orgId} and each.org_id = ${orgId} and each.id = m.id and m.left_at is null
      and (m.role <> coalesce(t.role, 'member') or m.manages <> coalesce(t.manages, '{}'))
    returning m.id`)
  await revokeStaleRoles(
    { tx, orgId },
    rows.map(({ id }) => id),
  )
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
  return { id: newId(), ...user, ...spellingOf(user.name), departmentId: user.departmentIds[0] ?? rootId }
}
