import { sql } from 'drizzle-orm'
import { levelHeld } from '../certification/certification.repo.ts'
import { array, json, type OrgScope } from '../db/database.ts'
import { found } from '../errors.ts'
import { notifyOrg } from '../events/notify.ts'
import type { MemberCtx } from '../http/context.ts'
import { inPieces } from './breathe.ts'
import { markRepeated, readRow, repeatedIn } from './check.ts'
import { findColumns } from './columns.ts'
import { Judge, type JudgedRow, type Verdict } from './compare.ts'
import { parseWorkbook } from './parse.ts'
import * as running from './running.ts'

const batchSize = 1000

/** Reads the file and says of every row what it would do; the rows wait in the database until they are confirmed. */
export async function checkFile(
  ctx: MemberCtx,
  id: string,
  given: { bytes: Buffer; signal: AbortSignal },
): Promise<void> {
  const { limits } = ctx.deps.config
  const sheet = await parseWorkbook(given.bytes, limits.certifiedPeople + 100, given.signal)
  const columns = findColumns(sheet)
  const repeated = await repeatedIn(columns.rows, columns)
  await ctx.inOrg(async (scope) => {
    const org = found(await scope.one<{ name: string }>(sql`select name from orgs where id = ${scope.orgId}`))
    const isAdvanced = (await levelHeld(scope)) === 'advanced'
    const judge = await Judge.open(scope, { ...ctx, columns })
    const counts: Record<Verdict | 'problems', number> = {
      created: 0,
      changed: 0,
      unchanged: 0,
      invalid: 0,
      problems: 0,
    }
    let done = 0
    for await (const piece of inPieces(columns.rows, batchSize)) {
      const read = piece.map((row) => readRow(row, columns, org.name))
      markRepeated(read, repeated, columns)
      const judged = await judge.judge(read)
      await storeRows(scope, id, judged)
      for (const { verdict, problems } of judged) {
        counts[verdict] += 1
        counts.problems += problems.length
      }
      done += piece.length
      await running.tellProgress(ctx, id, { state: 'checking', done, total: columns.rows.length })
    }
    const people = done - counts.invalid
    const known = Object.keys(columns.known)
    const told = { ...counts, total: done, newDepartments: judge.newDepartments, known }
    const changed = await scope.run(sql`
      update directory_imports set state = 'checked', counts = ${json(told)}, done = 0,
        total = ${counts.created + counts.changed},
        custom_columns = ${array(columns.custom.map((column) => column.heading))}::text[],
        needs_certification = ${!isAdvanced && people > limits.uncertifiedImport}
      where org_id = ${scope.orgId} and id = ${id} and state = 'checking'`)
    if (changed === 0) throw new running.Cancelled()
    await running.end(scope, id)
    await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId: id }, 'admins')
  })
}

async function storeRows(scope: OrgScope, id: string, rows: readonly JudgedRow[]): Promise<void> {
  await scope.run(sql`
    insert into directory_import_rows (org_id, import_id, row_no, verdict, data, problems)
    select ${scope.orgId}::uuid, ${id}::uuid, t.* from unnest(
      ${array(rows.map((row) => row.no))}::int[], ${array(rows.map((row) => row.verdict))}::text[],
      ${array(rows.map(({ problems: _problems, verdict: _verdict, ...data }) => JSON.stringify(data)))}::jsonb[],
      ${array(rows.map((row) => JSON.stringify(row.problems)))}::jsonb[]) as t`)
}
