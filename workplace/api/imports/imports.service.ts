import { sql } from 'drizzle-orm'
import {
  importReasons,
  type DirectoryImport,
  type ImportProblem,
  type ImportReason,
} from '../../contracts/imports.ts'
import { array, json, type OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import { notifyOrg } from '../events/notify.ts'
import type { MemberCtx, OrgCtx } from '../http/context.ts'
import { applyImport } from './apply.ts'
import { markDuplicates, readRow, type RowProblem } from './check.ts'
import { findColumns } from './columns.ts'
import { compare, type JudgedRow } from './compare.ts'
import { parseWorkbook } from './parse.ts'
import * as running from './running.ts'

const shownProblems = 100
const insertBatch = 2000

/** Takes the file, answers at once, and checks it whole in the background (Z-04). */
export async function upload(
  ctx: MemberCtx,
  file: { name: string; bytes: Buffer },
): Promise<DirectoryImport> {
  const id = uuidv7()
  await ctx.inOrg(async (scope) => {
    // One checked file at a time per org: an older one that was never confirmed is out of date.
    await scope.run(sql`update directory_imports set state = 'cancelled'
      where org_id = ${scope.orgId} and userid = ${ctx.self.userid} and state = 'checked'`)
    await scope.run(sql`
      insert into directory_imports (org_id, id, userid, file_name, state, counts, created_at)
      values (${scope.orgId}, ${id}, ${ctx.self.userid}, ${file.name.slice(0, 200)}, 'checking', '{}', ${ctx.now})`)
    await running.begin(scope, id)
  })
  void check(ctx, id, file.bytes).catch((error: unknown) => fail(ctx, id, error))
  return ctx.inOrg((scope) => view(scope, id))
}

async function check(ctx: MemberCtx, id: string, bytes: Buffer): Promise<void> {
  const maxRows = ctx.deps.config.limits.certifiedPeople + 100
  const sheet = await parseWorkbook(bytes, maxRows)
  const columns = findColumns(sheet)
  await ctx.inOrg(async (scope) => {
    const org = found(await scope.one<{ name: string }>(sql`select name from orgs where id = ${scope.orgId}`))
    const read = columns.rows.map((row) => readRow(row, columns, org.name))
    markDuplicates(read, columns)
    const { rows, newDepartments, isCertified } = await compare(scope, { ...ctx, rows: read, columns })
    await storeRows(scope, id, rows)
    const count = (verdict: JudgedRow['verdict']) => rows.filter((row) => row.verdict === verdict).length
    const counts = {
      total: rows.length,
      created: count('created'),
      changed: count('changed'),
      unchanged: count('unchanged'),
      invalid: count('invalid'),
      newDepartments,
    }
    const people = counts.total - counts.invalid
    const known = Object.keys(columns.known)
    await scope.run(sql`
      update directory_imports set state = 'checked', counts = ${json({ ...counts, known })}, total = ${counts.created + counts.changed},
        custom_columns = ${array(columns.custom.map((column) => column.heading))}::text[],
        needs_certification = ${!isCertified && people > ctx.deps.config.limits.uncertifiedImport}
      where org_id = ${scope.orgId} and id = ${id} and state = 'checking'`)
    await running.end(scope, id)
    await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId: id }, 'admins')
  })
}

async function storeRows(scope: OrgScope, id: string, rows: readonly JudgedRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += insertBatch) {
    const batch = rows.slice(start, start + insertBatch)
    await scope.run(sql`
      insert into directory_import_rows (org_id, import_id, row_no, verdict, data, problems)
      select ${scope.orgId}::uuid, ${id}::uuid, t.* from unnest(
        ${array(batch.map((row) => row.no))}::int[], ${array(batch.map((row) => row.verdict))}::text[],
        ${array(batch.map(({ problems: _problems, verdict: _verdict, ...data }) => JSON.stringify(data)))}::jsonb[],
        ${array(batch.map((row) => JSON.stringify(row.problems)))}::jsonb[]) as t`)
  }
}

async function fail(ctx: MemberCtx, id: string, error: unknown): Promise<void> {
  const code = error instanceof AppError ? error.code : 'server.error'
  if (!(error instanceof AppError)) ctx.deps.log.error({ err: error, importId: id }, 'import failed')
  await ctx.inOrg(async (scope) => {
    await scope.run(sql`update directory_imports set state = 'failed', failure = ${code}
      where org_id = ${scope.orgId} and id = ${id}`)
    await running.end(scope, id)
    await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId: id }, 'admins')
  })
}

export const get = ({ scope }: OrgCtx, id: string): Promise<DirectoryImport> => view(scope, id)

export interface Confirmation {
  validRowsOnly?: boolean
  makeDepartmentChats?: boolean
  sendInvitations?: boolean
}

/** Writes the checked file, in the background; nothing is written when it fails. */
export async function confirm(ctx: MemberCtx, id: string, given: Confirmation): Promise<DirectoryImport> {
  await ctx.inOrg(async (scope) => {
    const row = found(
      await scope.one<{ state: string; invalid: number; needs_certification: boolean }>(sql`
        select state, (counts ->> 'invalid')::int as invalid, needs_certification from directory_imports
        where org_id = ${scope.orgId} and id = ${id} for update`),
    )
    if (row.state !== 'checked') throw new AppError('import.not-ready', { state: row.state })
    if (row.invalid > 0 && !given.validRowsOnly)
      throw new AppError('import.has-problems', { invalid: row.invalid })
    // The org may have been certified since the check.
    const org = await scope.one<{ certification: string }>(
      sql`select certification from orgs where id = ${scope.orgId}`,
    )
    if (row.needs_certification && org?.certification !== 'approved')
      throw new AppError('import.certification-required')
    await scope.run(sql`update directory_imports set state = 'importing'
      where org_id = ${scope.orgId} and id = ${id}`)
    await running.begin(scope, id)
  })
  void applyImport(ctx, id, given).catch((error: unknown) => fail(ctx, id, error))
  return ctx.inOrg((scope) => view(scope, id))
}

export async function cancel({ scope }: OrgCtx, id: string): Promise<{ done: true }> {
  const changed = await scope.run(sql`update directory_imports set state = 'cancelled'
    where org_id = ${scope.orgId} and id = ${id} and state in ('checked', 'failed')`)
  if (changed === 0) throw new AppError('import.not-ready')
  await scope.run(sql`delete from directory_import_rows where org_id = ${scope.orgId} and import_id = ${id}`)
  return { done: true }
}

export async function listProblems(
  { scope }: Pick<OrgCtx, 'scope'>,
  id: string,
  offset: number,
): Promise<{ items: ImportProblem[]; total: number }> {
  const row = await scope.one<{ total: number }>(sql`
    select coalesce(sum(jsonb_array_length(problems)), 0)::int as total from directory_import_rows
    where org_id = ${scope.orgId} and import_id = ${id}`)
  const rows = await scope.rows<{ row_no: number; problem: RowProblem }>(sql`
    select r.row_no, p.problem from directory_import_rows r
    cross join jsonb_array_elements(r.problems) with ordinality as p (problem, ord)
    where r.org_id = ${scope.orgId} and r.import_id = ${id}
    order by r.row_no, p.ord limit ${shownProblems} offset ${offset}`)
  return { items: rows.map(({ row_no, problem }) => problemView(row_no, problem)), total: row?.total ?? 0 }
}

const problemView = (row: number, { column, value, reason }: RowProblem): ImportProblem => ({
  row,
  column,
  value,
  reason,
  text: textOf(reason),
})

const textOf = (reason: ImportReason): { zh: string; en: string } => importReasons[reason]

interface ImportRow {
  file_name: string
  state: DirectoryImport['state']
  failure: string | null
  done: number
  total: number
  counts: Partial<DirectoryImport['counts']>
  needs_certification: boolean
  rows_per_second: number | null
  created_at: Date
}

async function view(scope: OrgScope, id: string): Promise<DirectoryImport> {
  const row = found(
    await scope.one<ImportRow>(sql`
      select file_name, state, failure, done, total, counts, needs_certification, rows_per_second, created_at
      from directory_imports where org_id = ${scope.orgId} and id = ${id}`),
  )
  const problems = await listProblems({ scope }, id, 0)
  const zero = { total: 0, created: 0, changed: 0, unchanged: 0, invalid: 0, newDepartments: 0 }
  return {
    id,
    fileName: row.file_name,
    state: row.state,
    failure: row.failure,
    progress: { done: row.done, total: row.total },
    counts: { ...zero, ...row.counts },
    needsCertification: row.needs_certification,
    problems: problems.items,
    problemCount: problems.total,
    rowsPerSecond: row.rows_per_second,
    createdAt: row.created_at.toISOString(),
  }
}
