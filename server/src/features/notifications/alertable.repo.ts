import { sql } from 'drizzle-orm'
import type { OrgScope } from '../../db/database.ts'
import { rolesOf, type Candidate } from './alert-groups.ts'

/**
 * Everybody here now who may be told of somebody's abnormal answer, with what he is: admins, the heads of the nearest
 * department upwards that has one besides the person himself, whoever published the form, its viewers, people named.
 * @param named host user ids.
 */
export async function alertable(
  { tx, orgId }: OrgScope,
  formId: string,
  aboutMemberId: string,
  named: readonly string[],
): Promise<Candidate[]> {
  const { rows } = await tx.execute<Record<string, unknown> & { id: string; user_id: string }>(sql`
    with about as (
      select coalesce(d.path, '{}') as path from members about
      left join departments d on d.org_id = ${orgId} and d.department_id = about.department_id
      where about.org_id = ${orgId} and about.id = ${aboutMemberId}),
    heads as (
      select h.member_id, dense_rank() over (order by level.depth desc) as nearness
      from about, unnest(about.path) with ordinality as level (department_id, depth)
      join member_departments h on h.org_id = ${orgId} and h.department_id = level.department_id
        and h.is_head and h.valid_to is null and h.member_id <> ${aboutMemberId}
      join members hm on hm.org_id = ${orgId} and hm.id = h.member_id and hm.left_at is null),
    people as (
      select m.id, m.user_id,
        m.role = 'main-admin' as "main-admins",
        m.role = 'sub-admin' and exists (select from about where about.path && m.manages) as "sub-admins",
        exists (select from heads where heads.member_id = m.id and heads.nearness = 1) as "heads",
        f.published_by = m.id as "publisher",
        coalesce(f.settings -> 'sharedViewers' ? m.user_id, false) as "viewers",
        m.user_id = any(${sql.param([...named])}::text[]) as named
      from members m join forms f on f.org_id = ${orgId} and f.id = ${formId}
      where m.org_id = ${orgId} and m.left_at is null and not m.is_guest
        and (m.role <> 'member' or m.id = f.published_by or m.id in (select member_id from heads)
          or m.user_id in (select jsonb_array_elements_text(f.settings -> 'sharedViewers'))
          or m.user_id = any(${sql.param([...named])}::text[])))
    select * from people
    where "main-admins" or "sub-admins" or "heads" or "publisher" or "viewers" or named order by id`)
  return rows.map((row) => ({ memberId: row.id, userId: row.user_id, roles: rolesOf(row) }))
}
