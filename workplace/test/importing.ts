import { sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { utils, write } from 'xlsx'
import { eventually, type Json, type Person, type World } from './world.ts'

export const importHead = [
  '员工UserID',
  '部门',
  '职位',
  '姓名',
  '工号',
  '是否此部门主管(是/否)',
  '手机号',
  '邮箱',
  '班次',
]

export function workbookOf(
  rows: readonly (readonly string[])[],
  head: readonly string[] = importHead,
): Buffer {
  const book = utils.book_new(utils.aoa_to_sheet([[...head], ...rows.map((row) => [...row])]), '通讯录')
  return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer // by its `type`
}

/** Uploads and waits until it is checked, or refused. */
export async function checkedImport(admin: Person, orgId: string, bytes: Buffer): Promise<Json> {
  const { body } = await admin.upload(`/orgs/${orgId}/imports`, 'people.xlsx', bytes)
  return settled(admin, orgId, body.id)
}

/** Confirms and waits until it is written, or not. */
export async function confirmedImport(
  admin: Person,
  orgId: string,
  id: string,
  options: object = {},
): Promise<Json> {
  const confirmed = await admin.call('POST', `/orgs/${orgId}/imports/${id}/confirm`, options)
  expect(confirmed.status).toBe(200)
  return settled(admin, orgId, id)
}

export const settled = (admin: Person, orgId: string, id: string): Promise<Json> =>
  eventually(async () => {
    const now = (await admin.call('GET', `/orgs/${orgId}/imports/${id}`)).body
    return ['checking', 'importing', 'undoing'].includes(now.state) ? null : now
  }, 60_000)

export const certify = (world: World, orgId: string): Promise<number> =>
  world.db.run(sql`update orgs set certification = 'approved' where id = ${orgId}`)

/** Everything the directory of an org is, but for the moments at which it came to be so. */
export const directoryOf = (world: World, orgId: string): Promise<Json> =>
  world.db.withOrg(orgId, async (scope) => ({
    members: await scope.rows(sql`
      select m.userid, m.name, m.pinyin, m.phone, m.email, m.title, m.job_number, m.custom, m.role, m.person_id,
        (select jsonb_agg(jsonb_build_array(md.dept_id, md.is_leader, md.sort) order by md.dept_id)
          from member_departments md where md.org_id = m.org_id and md.userid = m.userid) as places
      from members m where m.org_id = ${orgId} order by m.userid`),
    departments: await scope.rows(sql`
      select dept_id, parent_id, name, path from departments where org_id = ${orgId} order by dept_id`),
    persons: await scope.rows(sql`
      select o.person_id, o.userid from person_orgs o where o.org_id = ${orgId} order by o.userid`),
  }))
