import { sql } from 'drizzle-orm'
import { keptReasons, type ImportSummary, type KeptReason } from '../../contracts/imports.ts'
import { array, json, type OrgScope } from '../db/database.ts'
import { found } from '../errors.ts'
import { notifyOrg } from '../events/notify.ts'
import type { MemberCtx, OrgCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { emitDepartments, emitMembers } from '../pushes/emit.ts'
import { inPieces } from './breathe.ts'
import * as running from './running.ts'
import { view } from './view.ts'

const atOnce = 1000

/**
 * Undoes the last import in one transaction: who was added and has no account goes, who was overwritten is as he was.
 * What somebody changed since is his word, and stays; it is told with its reason.
 */
export async function undo(ctx: MemberCtx, id: string): Promise<void> {
  await ctx.inOrg(async (scope) => {
    await judge(scope, id)
    const removed = await takeOutAdded(ctx, scope, id)
    const restored = await restore(ctx, scope, id)
    const departmentsRemoved = await removeEmptied(ctx, scope, id)
    const left = found(
      await scope.one<{ kept: number; departmentsKept: number }>(sql`
        select (select count(*)::int from directory_import_undo
            where org_id = ${scope.orgId} and import_id = ${id} and kept is not null) as kept,
          (select count(*)::int from directory_import_departments i join departments d using (org_id, dept_id)
            where i.org_id = ${scope.orgId} and i.import_id = ${id}) as "departmentsKept"`),
    )
    const undone: ImportSummary['undone'] = { removed, restored, departmentsRemoved, ...left }
    await scope.run(sql`delete from directory_import_undo
      where org_id = ${scope.orgId} and import_id = ${id} and kept is null`)
    await scope.run(sql`update directory_imports set state = 'undone', undone = ${json(undone)}
      where org_id = ${scope.orgId} and id = ${id}`)
    await running.end(scope, id)
    await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId: id }, 'admins')
    await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
  })
}

/** Decides for each member, before anything is changed, why he must stay as he is. */
async function judge(scope: OrgScope, id: string): Promise<void> {
  const rows = await scope.rows<{ userid: string }>(sql`
    select userid from directory_import_undo where org_id = ${scope.orgId} and import_id = ${id}`)
  for await (const some of inPieces(rows, atOnce))
    await judgeSome(
      scope,
      id,
      some.map(({ userid }) => userid),
    )
}

async function judgeSome(scope: OrgScope, id: string, userids: readonly string[]): Promise<void> {
  const why = (reason: KeptReason) => sql`${reason}`
  await scope.run(sql`
    update directory_import_undo u set kept = (
      select case
        when m.userid is null then ${why('gone')}
        when u.before is null then case
          when p.registered_at is not null then ${why('signed-in')}
          when m.role <> 'none' then ${why('admin')} end
        when m.updated_at <> i.imported_at then ${why('changed-since')}
        when m.person_id <> (u.before ->> 'personId')::uuid and p.registered_at is not null then ${why('signed-in')}
        when exists (select 1 from members o where o.org_id = u.org_id and o.userid <> u.userid
          and (o.phone = u.before ->> 'phone' or o.person_id = (u.before ->> 'personId')::uuid)) then ${why('phone-taken')}
        when exists (select 1 from jsonb_array_elements(u.before -> 'places') as place where not exists (
          select 1 from departments d where d.org_id = u.org_id and d.dept_id = (place ->> 'deptId')::int))
          then ${why('department-gone')} end
      from directory_imports i
      left join members m on m.org_id = i.org_id and m.userid = u.userid
      left join persons p on p.id = m.person_id
      where i.org_id = u.org_id and i.id = u.import_id)
    where u.org_id = ${scope.orgId} and u.import_id = ${id} and u.userid = any(${array(userids)}::text[])`)
}

async function takeOutAdded(ctx: MemberCtx, scope: OrgScope, id: string): Promise<number> {
  const userids = await useridsOf(scope, id, 'added')
  for await (const some of inPieces(userids, atOnce)) {
    await emitMembers(scope, ctx.deps, { userids: some, action: 'user_leave_org' })
    const persons = await scope.rows<{ person_id: string }>(sql`
      delete from person_orgs where org_id = ${scope.orgId} and userid = any(${array(some)}::text[]) returning person_id`)
    await scope.run(
      sql`delete from members where org_id = ${scope.orgId} and userid = any(${array(some)}::text[])`,
    )
    await forgetUnknown(scope, persons)
  }
  return userids.length
}

/** Of persons known from the import only nothing is left to keep. */
export const forgetUnknown = (scope: OrgScope, persons: readonly { person_id: string }[]): Promise<number> =>
  scope.run(sql`
    delete from persons p where p.id = any(${array(persons.map((row) => row.person_id))}::uuid[])
      and p.registered_at is null and not exists (select 1 from person_orgs o where o.person_id = p.id)`)

async function restore(ctx: MemberCtx, scope: OrgScope, id: string): Promise<number> {
  const userids = await useridsOf(scope, id, 'overwritten')
  for await (const told of inPieces(userids, atOnce)) {
    const some = array(told)
    await scope.run(sql`
      update members m set person_id = (u.before ->> 'personId')::uuid, name = u.before ->> 'name',
        pinyin = u.before ->> 'pinyin', phone = u.before ->> 'phone', email = u.before ->> 'email',
        title = u.before ->> 'title', job_number = u.before ->> 'jobNumber', custom = u.before -> 'custom',
        updated_at = ${ctx.now}
      from directory_import_undo u
      where m.org_id = ${scope.orgId} and m.userid = any(${some}::text[])
        and u.org_id = m.org_id and u.import_id = ${id} and u.userid = m.userid`)
    const persons = await scope.rows<{ person_id: string }>(sql`
      delete from person_orgs where org_id = ${scope.orgId} and userid = any(${some}::text[]) returning person_id`)
    await scope.run(sql`
      insert into person_orgs (person_id, org_id, userid, joined_at)
      select person_id, org_id, userid, created_at from members
      where org_id = ${scope.orgId} and userid = any(${some}::text[])`)
    await forgetUnknown(scope, persons)
    await scope.run(
      sql`delete from member_departments where org_id = ${scope.orgId} and userid = any(${some}::text[])`,
    )
    await scope.run(sql`
      insert into member_departments (org_id, userid, dept_id, is_leader, sort)
      select u.org_id, u.userid, (place ->> 'deptId')::int, (place ->> 'isLeader')::boolean, (place ->> 'sort')::int
      from directory_import_undo u cross join jsonb_array_elements(u.before -> 'places') as place
      where u.org_id = ${scope.orgId} and u.import_id = ${id} and u.userid = any(${some}::text[])`)
    await emitMembers(scope, ctx.deps, { userids: told, action: 'user_dept_change' })
  }
  return userids.length
}

async function useridsOf(scope: OrgScope, id: string, which: 'added' | 'overwritten'): Promise<string[]> {
  const rows = await scope.rows<{ userid: string }>(sql`
    select userid from directory_import_undo where org_id = ${scope.orgId} and import_id = ${id}
      and kept is null and (before is null) = ${which === 'added'} order by userid`)
  return rows.map(({ userid }) => userid)
}

/** Departments the import made and that hold nobody now, from the lowest up. */
async function removeEmptied({ deps }: MemberCtx, scope: OrgScope, id: string): Promise<number> {
  const removed: number[] = []
  for (;;) {
    const rows = await scope.rows<{ dept_id: number }>(sql`
      delete from departments d using directory_import_departments i
      where d.org_id = ${scope.orgId} and i.org_id = d.org_id and i.import_id = ${id} and i.dept_id = d.dept_id
        and not exists (select 1 from departments c where c.org_id = d.org_id and c.parent_id = d.dept_id)
        and not exists (select 1 from member_departments md where md.org_id = d.org_id and md.dept_id = d.dept_id)
      returning d.dept_id`)
    if (rows.length === 0) break
    removed.push(...rows.map((row) => row.dept_id))
  }
  await scope.run(sql`delete from conversations
    where org_id = ${scope.orgId} and kind = 'department' and dept_id = any(${array(removed)}::int[])`)
  await emitDepartments(scope, deps, { deptIds: removed, action: 'org_dept_remove' })
  return removed.length
}

interface Kept {
  userid: string
  name: string
  reason: string
  text: { zh: string; en: string }
}

/** Whom the undo left as he is, in pages. */
export async function listKept(
  ctx: OrgCtx,
  id: string,
  query: { cursor?: string; limit?: number },
): Promise<{ items: Kept[]; next: string | null }> {
  const { scope } = ctx
  await view(ctx, id)
  const limit = query.limit ?? 50
  const after = readCursor(query.cursor, 1)
  const rows = await scope.rows<{ userid: string; name: string; reason: KeptReason }>(sql`
    select u.userid, coalesce(m.name, u.before ->> 'name', '') as name, u.kept as reason
    from directory_import_undo u left join members m on m.org_id = u.org_id and m.userid = u.userid
    where u.org_id = ${scope.orgId} and u.import_id = ${id} and u.kept is not null and u.userid > ${after?.[0] ?? ''}
    order by u.userid limit ${limit + 1}`)
  return toPage(rows, limit, {
    item: (row) => ({ ...row, text: keptReasons[row.reason] }),
    key: (row) => [row.userid],
  })
}
