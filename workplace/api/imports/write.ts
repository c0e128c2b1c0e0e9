import { sql } from 'drizzle-orm'
import { array, type OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { takeDeptIds } from '../directory/departments.ts'
import { ownPlace } from '../directory/enrol.ts'
import { searchSpelling } from '../directory/pinyin.ts'
import type { MemberCtx, Self } from '../http/context.ts'
import { emitDepartments } from '../pushes/emit.ts'
import type { DepartmentTree } from './compare.ts'

/** A checked row on its way into the directory, by the staff id it gets or has. */
export interface StagedRow {
  userid: string
  name: string
  phone: string
  departments: string[][]
  isLeader: boolean
  title: string
  jobNumber: string
  email: string
  custom: Record<string, string>
}

/** Adds the departments a batch names that are not there yet, level by level. */
export async function makeDepartments(
  ctx: MemberCtx,
  scope: OrgScope,
  { importId, tree, rows }: { importId: string; tree: DepartmentTree; rows: readonly StagedRow[] },
): Promise<void> {
  const depth = Math.max(0, ...rows.flatMap((row) => row.departments.map((path) => path.length)))
  for (let level = 1; level <= depth; level += 1) {
    const missing = new Map<string, string[]>()
    for (const path of rows.flatMap((row) => row.departments)) {
      const names = path.slice(0, level)
      if (path.length >= level && !tree.find(names)) missing.set(names.join('-'), names)
    }
    if (missing.size === 0) continue
    const ids = await takeDeptIds(scope, missing.size)
    const made = [...missing.values()].map((names, index) => {
      const parent = tree.nearest(names.slice(0, -1))
      const deptId = ids[index] ?? 0
      return {
        names,
        name: names.at(-1) ?? '',
        parentId: parent.deptId,
        deptId,
        path: [...parent.path, deptId],
      }
    })
    await scope.run(sql`
      insert into departments (org_id, dept_id, parent_id, name, pinyin, sort, path)
      select ${scope.orgId}::uuid, t.dept_id, t.parent_id, t.name, t.pinyin, t.dept_id, t.path::int[]
      from unnest(${array(made.map((d) => d.deptId))}::int[], ${array(made.map((d) => d.parentId))}::int[],
        ${array(made.map((d) => d.name))}::text[], ${array(made.map((d) => searchSpelling(d.name)))}::text[],
        ${array(made.map((d) => `{${d.path.join(',')}}`))}::text[]) as t (dept_id, parent_id, name, pinyin, path)`)
    await scope.run(sql`insert into directory_import_departments (org_id, import_id, dept_id)
      select ${scope.orgId}::uuid, ${importId}::uuid, dept_id from unnest(${array(ids)}::int[]) as t (dept_id)`)
    for (const department of made) tree.add(department.names, department)
    await emitDepartments(scope, ctx.deps, { deptIds: made.map((d) => d.deptId), action: 'org_dept_create' })
  }
}

/** Keeps what the rows are about to overwrite, and who is about to be added, so that it can be undone. */
export async function keepBefore(
  scope: OrgScope,
  importId: string,
  rows: readonly (StagedRow & { isNew: boolean })[],
): Promise<void> {
  await scope.run(sql`
    insert into directory_import_undo (org_id, import_id, userid, before)
    select ${scope.orgId}::uuid, ${importId}::uuid, t.userid,
      case when m.userid is not null then jsonb_build_object('personId', m.person_id, 'name', m.name,
        'pinyin', m.pinyin, 'phone', m.phone, 'email', m.email, 'title', m.title, 'jobNumber', m.job_number,
        'custom', m.custom, 'places', (
          select coalesce(jsonb_agg(jsonb_build_object('deptId', md.dept_id, 'isLeader', md.is_leader, 'sort', md.sort)), '[]')
          from member_departments md where md.org_id = m.org_id and md.userid = m.userid)) end
    from unnest(${array(rows.map((row) => row.userid))}::text[]) as t (userid)
    left join members m on m.org_id = ${scope.orgId} and m.userid = t.userid`)
}

/** Persons by phone, members by staff id, and the person's index of orgs, each in one statement. */
export async function writeMembers(
  scope: OrgScope,
  rows: readonly StagedRow[],
  { now, known }: { now: Date; known: Set<string> },
): Promise<void> {
  const names = array(rows.map((row) => row.name))
  const phones = array(rows.map((row) => row.phone))
  const userids = array(rows.map((row) => row.userid))
  await scope.run(sql`
    insert into persons (id, phone, name, created_at)
    select t.id, t.phone, t.name, ${now}::timestamptz
    from unnest(${array(rows.map(() => uuidv7()))}::uuid[], ${phones}::text[], ${names}::text[]) as t (id, phone, name)
    on conflict (phone) do nothing`)
  await scope.run(sql`
    insert into members (org_id, userid, person_id, name, pinyin, phone, email, title, job_number, custom, created_at, updated_at)
    select ${scope.orgId}::uuid, t.userid, p.id, t.name, t.pinyin, t.phone, t.email, t.title, t.job_number, t.custom,
      ${now}::timestamptz, ${now}::timestamptz
    from unnest(${userids}::text[], ${names}::text[], ${array(rows.map((row) => searchSpelling(row.name)))}::text[],
      ${phones}::text[], ${array(rows.map((row) => row.email))}::text[], ${array(rows.map((row) => row.title))}::text[],
      ${array(rows.map((row) => row.jobNumber))}::text[], ${array(rows.map((row) => JSON.stringify(row.custom)))}::jsonb[])
      as t (userid, name, pinyin, phone, email, title, job_number, custom)
    join persons p on p.phone = t.phone
    on conflict (org_id, userid) do update set
      person_id = excluded.person_id, name = excluded.name, pinyin = excluded.pinyin, phone = excluded.phone,
      email = ${known.has('email') ? sql`excluded.email` : sql`members.email`},
      title = ${known.has('title') ? sql`excluded.title` : sql`members.title`},
      job_number = ${known.has('jobNumber') ? sql`excluded.job_number` : sql`members.job_number`},
      custom = members.custom || excluded.custom, updated_at = excluded.updated_at`)
  await scope.run(
    sql`delete from person_orgs where org_id = ${scope.orgId} and userid = any(${userids}::text[])`,
  )
  await scope.run(sql`
    insert into person_orgs (person_id, org_id, userid, joined_at)
    select person_id, org_id, userid, created_at from members
    where org_id = ${scope.orgId} and userid = any(${userids}::text[])`)
}

export async function writeDepartments(
  scope: OrgScope,
  rows: readonly StagedRow[],
  { tree, self }: { tree: DepartmentTree; self: Self },
): Promise<void> {
  const places = rows.flatMap((row) =>
    row.departments.map((path, index) => ({ row, index, deptId: tree.find(path)?.deptId ?? 1 })),
  )
  await scope.run(sql`delete from member_departments md
    where md.org_id = ${scope.orgId} and md.userid = any(${array(rows.map((row) => row.userid))}::text[])
      and ${ownPlace(self)}`)
  await scope.run(sql`
    insert into member_departments (org_id, userid, dept_id, is_leader, sort)
    select ${scope.orgId}::uuid, t.* from unnest(
      ${array(places.map((place) => place.row.userid))}::text[], ${array(places.map((place) => place.deptId))}::int[],
      ${array(places.map((place) => place.row.isLeader))}::bool[], ${array(places.map((place) => place.index))}::int[]) as t
    on conflict (org_id, userid, dept_id) do nothing`)
}
