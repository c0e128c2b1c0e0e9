import { sql } from 'drizzle-orm'
import { addSeconds } from '../clock.ts'
import { array, type OrgScope } from '../db/database.ts'
import { AppError, found } from '../errors.ts'
import { memberLimit, newUserid } from '../directory/enrol.ts'
import { invite } from '../directory/members.service.ts'
import { notifyMembers, notifyOrg } from '../events/notify.ts'
import type { MemberCtx } from '../http/context.ts'
import { ensureDepartmentChat } from '../messages/conversations.ts'
import { emitMembers } from '../pushes/emit.ts'
import { DepartmentTree } from './compare.ts'
import * as running from './running.ts'
import type { Confirmation } from './imports.service.ts'
import { keepBefore, makeDepartments, writeDepartments, writeMembers, type StagedRow } from './write.ts'

const batchSize = 500

/** So many rows change what the database knows of its tables. */
const countedFrom = 1000
/** How long what an import overwrote is kept. */
const undoSeconds = 7 * 86_400

/** Writes a checked file in one transaction, in sets of rows; progress is told from outside it. */
export async function applyImport(ctx: MemberCtx, id: string, given: Confirmation): Promise<void> {
  const startedAt = performance.now()
  const { now } = ctx
  let done = 0
  await ctx.inOrg(async (scope) => {
    await waitForTurn(ctx, scope, id)
    const staged = await readStaging(scope, id)
    const tree = await DepartmentTree.read(scope)
    await forgetEarlier(scope)
    let lastRow = 0
    for (;;) {
      const batch = await scope.rows<{ row_no: number; data: StagedRow & { existing: string | null } }>(sql`
        select row_no, data from directory_import_rows
        where org_id = ${scope.orgId} and import_id = ${id} and row_no > ${lastRow} and verdict in ('created', 'changed')
        order by row_no limit ${batchSize}`)
      if (batch.length === 0) break
      lastRow = batch.at(-1)?.row_no ?? lastRow
      const rows = batch.map(({ data: { existing, ...row } }) => ({
        ...row,
        isNew: existing === null,
        userid: existing ?? (row.userid || newUserid()),
      }))
      await makeDepartments(ctx, scope, { importId: id, tree, rows })
      await keepBefore(scope, id, rows)
      await writeMembers(scope, rows, { now, known: staged.known })
      await writeDepartments(scope, rows, { tree, self: ctx.self })
      await tellApps(ctx, scope, rows)
      if (done === 0) await running.countWhenYoung(scope)
      done += rows.length
      await running.tellProgress(ctx, id, { state: 'importing', done })
    }
    await scope.run(sql`update orgs set custom_columns = (
        select coalesce(array_agg(distinct c), '{}') from unnest(custom_columns || ${array(staged.custom)}::text[]) as c)
      where id = ${scope.orgId}`)
    if (given.makeDepartmentChats) await makeChats(scope)
    if (given.sendInvitations) await invite({ ...ctx, scope }, null)
    const seconds = Math.max(0.001, (performance.now() - startedAt) / 1000)
    await scope.run(sql`delete from directory_import_rows
      where org_id = ${scope.orgId} and import_id = ${id} and verdict <> 'invalid'`)
    const changed = await scope.run(sql`
      update directory_imports set state = 'imported', rows_per_second = ${Math.round(done / seconds)},
        imported_at = ${now}, undo_until = ${addSeconds(now, undoSeconds)}
      where org_id = ${scope.orgId} and id = ${id} and state = 'importing'`)
    if (changed === 0) throw new running.Cancelled()
    await running.end(scope, id)
    await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId: id }, 'admins')
    await notifyOrg(scope, { type: 'directory', orgId: scope.orgId }, 'admins')
    ctx.deps.log.info(
      { importId: id, rows: done, ms: Math.round(seconds * 1000), rowsPerSecond: Math.round(done / seconds) },
      'directory imported',
    )
  })
  if (done >= countedFrom) await running.countAfter(ctx.deps.db)
}

/** Imports of an org are written one after the other; so there is still room for the people of this one (Z-05). */
async function waitForTurn({ deps }: MemberCtx, scope: OrgScope, id: string): Promise<void> {
  await scope.run(sql`select 1 from orgs where id = ${scope.orgId} for no key update`)
  const row = found(
    await scope.one<{ people: number }>(sql`
      select (select count(*) from members where org_id = ${scope.orgId}) + (counts ->> 'created')::int as people
      from directory_imports where org_id = ${scope.orgId} and id = ${id}`),
  )
  if (row.people > (await memberLimit(scope, deps))) throw new AppError('import.outdated')
}

/** Only the last import can be undone. */
async function forgetEarlier(scope: OrgScope): Promise<void> {
  await scope.run(sql`delete from directory_import_undo where org_id = ${scope.orgId}`)
  await scope.run(sql`delete from directory_import_departments where org_id = ${scope.orgId}`)
  await scope.run(sql`update directory_imports set undo_until = null
    where org_id = ${scope.orgId} and undo_until is not null`)
}

async function readStaging(scope: OrgScope, id: string): Promise<{ known: Set<string>; custom: string[] }> {
  const row = await scope.one<{ known: string[]; custom: string[] }>(sql`
    select counts -> 'known' as known, custom_columns as custom from directory_imports
    where org_id = ${scope.orgId} and id = ${id}`)
  return { known: new Set(row?.known ?? []), custom: row?.custom ?? [] }
}

async function tellApps(
  { deps }: MemberCtx,
  scope: OrgScope,
  rows: readonly (StagedRow & { isNew: boolean })[],
): Promise<void> {
  const useridsOf = (isNew: boolean) => rows.filter((row) => row.isNew === isNew).map((row) => row.userid)
  await emitMembers(scope, deps, { userids: useridsOf(true), action: 'user_add_org' })
  await emitMembers(scope, deps, { userids: useridsOf(false), action: 'user_dept_change' })
  await notifyMembers(scope, useridsOf(true), { type: 'orgs', orgId: scope.orgId })
}

async function makeChats(scope: OrgScope): Promise<void> {
  const rows = await scope.rows<{ dept_id: number }>(sql`
    select dept_id from departments where org_id = ${scope.orgId} and dept_id <> 1 and not has_chat`)
  for (const { dept_id: deptId } of rows) await ensureDepartmentChat({ scope }, deptId)
}
