import { sql } from 'drizzle-orm'
import { array, type OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { newUserid } from '../directory/enrol.ts'
import { takeDeptIds } from '../directory/departments.ts'
import { invite } from '../directory/members.service.ts'
import { searchSpelling } from '../directory/pinyin.ts'
import { notifyOrg, notifyMembers } from '../events/notify.ts'
import type { MemberCtx } from '../http/context.ts'
import { ensureDepartmentChat } from '../messages/conversations.ts'
import { emitDepartments, emitMembers } from '../pushes/emit.ts'
import { DepartmentTree } from './compare.ts'
import * as running from './running.ts'
import type { Confirmation } from './imports.service.ts'

const batchSize = 1000

interface StagedRow {
  userid: string
  existing: string | null
  name: string
  phone: string
  departments: string[][]
  isLeader: boolean
  title: string
  jobNumber: string
  email: string
  custom: Record<string, string>
}

/** Writes a checked file in one transaction, in sets of a thousand rows; progress is told from outside it. */
export async function applyImport(ctx: MemberCtx, id: string, given: Confirmation): Promise<void> {
  const startedAt = performance.now()
  let done = 0
  await ctx.inOrg(async (scope) => {
    const staged = await readStaging(scope, id)
    const tree = await DepartmentTree.read(scope)
    let lastRow = 0
    for (;;) {
      const batch = await scope.rows<{ row_no: number; verdict: 'created' | 'changed'; data: StagedRow }>(sql`
        select row_no, verdict, data from directory_import_rows
        where org_id = ${scope.orgId} and import_id = ${id} and row_no > ${lastRow} and verdict in ('created', 'changed')
        order by row_no limit ${batchSize}`)
      if (batch.length === 0) break
      lastRow = batch.at(-1)?.row_no ?? lastRow
      const rows = batch.map(({ data }) => ({
        ...data,
        userid: data.existing ?? (data.userid || newUserid()),
      }))
      await makeDepartments(ctx, scope, { tree, rows })
      await writeMembers(scope, rows, { now: ctx.now, known: staged.known })
      await writeDepartments(scope, rows, tree)
      await tellApps(ctx, scope, { batch, rows })
      done += rows.length
      await tellProgress(ctx, id, done)
    }
    await scope.run(sql`update orgs set custom_columns = (
        select coalesce(array_agg(distinct c), '{}') from unnest(custom_columns || ${array(staged.custom)}::text[]) as c)
      where id = ${scope.orgId}`)
    if (given.makeDepartmentChats) await makeChats(scope)
    if (given.sendInvitations) await invite({ ...ctx, scope }, null)
    const seconds = Math.max(0.001, (performance.now() - startedAt) / 1000)
    await scope.run(sql`delete from directory_import_rows
      where org_id = ${scope.orgId} and import_id = ${id} and verdict <> 'invalid'`)
    await scope.run(sql`
      update directory_imports set state = 'imported', rows_per_second = ${Math.round(done / seconds)}
      where org_id = ${scope.orgId} and id = ${id}`)
    await running.end(scope, id)
    await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId: id }, 'admins')
    await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
    ctx.deps.log.info(
      { importId: id, rows: done, ms: Math.round(seconds * 1000), rowsPerSecond: Math.round(done / seconds) },
      'directory imported',
    )
  })
}

async function readStaging(scope: OrgScope, id: string): Promise<{ known: Set<string>; custom: string[] }> {
  const row = await scope.one<{ known: string[]; custom: string[] }>(sql`
    select counts -> 'known' as known, custom_columns as custom from directory_imports
    where org_id = ${scope.orgId} and id = ${id}`)
  return { known: new Set(row?.known ?? []), custom: row?.custom ?? [] }
}

/** Adds the departments a batch names that are not there yet, level by level. */
async function makeDepartments(
  ctx: MemberCtx,
  scope: OrgScope,
  { tree, rows }: { tree: DepartmentTree; rows: readonly StagedRow[] },
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
      insert into departments (org_id, dept_id, parent_id, name, sort, path)
      select ${scope.orgId}::uuid, t.dept_id, t.parent_id, t.name, t.dept_id, t.path::int[]
      from unnest(${array(made.map((d) => d.deptId))}::int[], ${array(made.map((d) => d.parentId))}::int[],
        ${array(made.map((d) => d.name))}::text[], ${array(made.map((d) => `{${d.path.join(',')}}`))}::text[])
        as t (dept_id, parent_id, name, path)`)
    for (const department of made) tree.add(department.names, department)
    await emitDepartments(scope, ctx.deps, { deptIds: made.map((d) => d.deptId), action: 'org_dept_create' })
  }
}

/** Persons by phone, members by staff id, and the person's index of orgs, each in one statement. */
async function writeMembers(
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

async function writeDepartments(
  scope: OrgScope,
  rows: readonly StagedRow[],
  tree: DepartmentTree,
): Promise<void> {
  const places = rows.flatMap((row) =>
    row.departments.map((path, index) => ({ row, index, deptId: tree.find(path)?.deptId ?? 1 })),
  )
  await scope.run(sql`delete from member_departments
    where org_id = ${scope.orgId} and userid = any(${array(rows.map((row) => row.userid))}::text[])`)
  await scope.run(sql`
    insert into member_departments (org_id, userid, dept_id, is_leader, sort)
    select ${scope.orgId}::uuid, t.* from unnest(
      ${array(places.map((place) => place.row.userid))}::text[], ${array(places.map((place) => place.deptId))}::int[],
      ${array(places.map((place) => place.row.isLeader))}::bool[], ${array(places.map((place) => place.index))}::int[]) as t
    on conflict (org_id, userid, dept_id) do nothing`)
}

async function tellApps(
  { deps }: MemberCtx,
  scope: OrgScope,
  given: { batch: readonly { verdict: 'created' | 'changed' }[]; rows: readonly StagedRow[] },
): Promise<void> {
  const useridsOf = (verdict: 'created' | 'changed') =>
    given.rows.filter((_row, index) => given.batch[index]?.verdict === verdict).map((row) => row.userid)
  await emitMembers(scope, deps, { userids: useridsOf('created'), action: 'user_add_org' })
  await emitMembers(scope, deps, { userids: useridsOf('changed'), action: 'user_dept_change' })
  await notifyMembers(scope, useridsOf('created'), { type: 'orgs', orgId: scope.orgId })
}

/** On a connection of its own, since the import's transaction is seen by nobody until it ends. */
async function tellProgress(ctx: MemberCtx, id: string, done: number): Promise<void> {
  await ctx.deps.db.withOrg(ctx.orgId, async (scope) => {
    await scope.run(
      sql`update directory_imports set done = ${done} where org_id = ${scope.orgId} and id = ${id}`,
    )
    await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId: id }, 'admins')
  })
}

async function makeChats(scope: OrgScope): Promise<void> {
  const rows = await scope.rows<{ dept_id: number }>(sql`
    select dept_id from departments where org_id = ${scope.orgId} and dept_id <> 1 and not has_chat`)
  for (const { dept_id: deptId } of rows) await ensureDepartmentChat({ scope }, deptId)
}
