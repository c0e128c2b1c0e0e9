import { sql, type SQL } from 'drizzle-orm'
import {
  importReasons,
  type DirectoryImport,
  type ImportProblem,
  type ImportSummary,
} from '../../contracts/imports.ts'
import { isUuid } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import type { OrgCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import type { RowProblem } from './check.ts'

/** What reading an import takes: a request's, or one's own transaction in the background. */
export type Reader = Pick<OrgCtx, 'scope' | 'self' | 'now'>

const shownProblems = 100

interface ImportRow extends Omit<ImportSummary, 'counts' | 'progress' | 'createdAt' | 'importedAt'> {
  done: number
  total: number
  counts: Partial<ImportSummary['counts']> & { problems?: number }
  createdAt: Date
  importedAt: Date | null
}

/** The rows hold names and phones of whole departments: a sub-admin reads his own imports only (Z-07). */
export const ownOnly = ({ self }: Pick<Reader, 'self'>): SQL =>
  self.role === 'main' ? sql`true` : sql`i.userid = ${self.userid}`

/** The last import of the org, while what it overwrote is kept. */
export const canUndo = (
  now: Date,
): SQL => sql`(i.state = 'imported' and coalesce(i.undo_until > ${now}, false)
  and not exists (select 1 from directory_imports later where later.org_id = i.org_id and later.imported_at > i.imported_at))`

const columns = (now: Date): SQL => sql`
  i.id, i.file_name as "fileName", coalesce(m.name, '') as "byName", i.state, i.failure, i.done, i.total, i.counts,
  i.needs_certification as "needsCertification", i.rows_per_second as "rowsPerSecond", i.created_at as "createdAt",
  i.imported_at as "importedAt", ${canUndo(now)} as "canUndo", i.undone
  from directory_imports i left join members m on m.org_id = i.org_id and m.userid = i.userid`

export async function view(reader: Reader, id: string): Promise<DirectoryImport> {
  const { scope, now } = reader
  const row = found(
    await scope.one<ImportRow>(sql`
      select ${columns(now)} where i.org_id = ${scope.orgId} and i.id = ${id} and ${ownOnly(reader)}`),
  )
  const problemCount = row.counts.problems ?? 0
  return {
    ...summaryOf(row),
    problems: problemCount > 0 ? await problemsOf(reader, id, 0) : [],
    problemCount,
  }
}

export async function list(
  ctx: OrgCtx,
  query: { cursor?: string; limit?: number },
): Promise<{ items: ImportSummary[]; next: string | null }> {
  const { scope, now } = ctx
  const limit = query.limit ?? 50
  const after = readCursor(query.cursor, 1)
  if (after && !isUuid(after[0] ?? '')) throw new AppError('request.invalid', { part: 'cursor' })
  // Ids are in the order of their making.
  const rows = await scope.rows<ImportRow>(sql`
    select ${columns(now)} where i.org_id = ${scope.orgId} and ${ownOnly(ctx)}
      and (${after === null} or i.id < ${after?.[0] ?? null}::uuid) order by i.id desc limit ${limit + 1}`)
  return toPage(rows, limit, { item: summaryOf, key: (row) => [row.id] })
}

function summaryOf({ done, total, counts, createdAt, importedAt, ...row }: ImportRow): ImportSummary {
  const { problems: _problems, ...told } = counts
  const zero = { total: 0, created: 0, changed: 0, unchanged: 0, invalid: 0, newDepartments: 0 }
  return {
    ...row,
    progress: { done, total },
    counts: { ...zero, ...told },
    createdAt: createdAt.toISOString(),
    importedAt: importedAt?.toISOString() ?? null,
  }
}

export async function listProblems(
  ctx: OrgCtx,
  id: string,
  offset: number,
): Promise<{ items: ImportProblem[]; total: number }> {
  const { scope } = ctx
  const row = found(
    await scope.one<{ total: number }>(sql`
      select coalesce((i.counts ->> 'problems')::int, 0) as total from directory_imports i
      where i.org_id = ${scope.orgId} and i.id = ${id} and ${ownOnly(ctx)}`),
  )
  return { items: await problemsOf(ctx, id, offset), total: row.total }
}

async function problemsOf({ scope }: Reader, id: string, offset: number): Promise<ImportProblem[]> {
  const rows = await scope.rows<{ row_no: number; problem: RowProblem }>(sql`
    select r.row_no, p.problem from directory_import_rows r
    cross join jsonb_array_elements(r.problems) with ordinality as p (problem, ord)
    where r.org_id = ${scope.orgId} and r.import_id = ${id} and r.verdict = 'invalid'
    order by r.row_no, p.ord limit ${shownProblems} offset ${offset}`)
  return rows.map(({ row_no: row, problem }) => ({ row, ...problem, text: importReasons[problem.reason] }))
}
