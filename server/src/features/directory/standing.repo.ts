import { sql } from 'drizzle-orm'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { Colleague, Filer } from '@kangbao/shared/filing/for-colleague.ts'
import type { OrgScope } from '../../db/database.ts'

/** Where somebody stands and what he answers for, as the directory has it now; null for one who is not here. */
export async function standingOf(
  { tx, orgId }: OrgScope,
  memberId: string,
): Promise<(Filer & Colleague) | null> {
  const { rows } = await tx.execute<{
    role: Role
    is_guest: boolean
    manages: string[]
    heads: string[]
    paths: number[][] | null
  }>(sql`
    select m.role, m.is_guest, m.manages,
      array(select p.department_id from member_departments p
        where p.org_id = ${orgId} and p.member_id = m.id and p.valid_to is null and p.is_head) as heads,
      (select json_agg(d.path) from member_departments p
        join departments d on d.org_id = p.org_id and d.department_id = p.department_id
        where p.org_id = ${orgId} and p.member_id = m.id and p.valid_to is null) as paths
    from members m where m.org_id = ${orgId} and m.id = ${memberId} and m.left_at is null`)
  const row = rows[0]
  if (!row) return null
  return {
    memberId,
    role: row.role,
    isGuest: row.is_guest,
    heads: row.heads.map(Number),
    manages: row.manages.map(Number),
    paths: row.paths ?? [],
  }
}
