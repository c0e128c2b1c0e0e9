import { sql } from 'drizzle-orm'
import type { Database, OrgScope } from '../db/database.ts'

/** Notes that this process works on the import, in the transaction that starts it. */
export const begin = (scope: OrgScope, importId: string): Promise<number> =>
  scope.run(sql`insert into running_imports (org_id, import_id) values (${scope.orgId}, ${importId})
    on conflict do nothing`)

/** Notes that nobody works on it any more, in the transaction that ends it. */
export const end = (scope: OrgScope, importId: string): Promise<number> =>
  scope.run(sql`delete from running_imports where org_id = ${scope.orgId} and import_id = ${importId}`)

/**
 * Ends what a process that died was working on. An import is written in one transaction, so nothing of it is there:
 * the admin is told to upload the file again. For the start of the only process; called before it takes requests.
 */
export async function failInterrupted(db: Database): Promise<number> {
  const left = await db.rows<{ org_id: string; import_id: string }>(
    sql`select org_id, import_id from running_imports`,
  )
  for (const { org_id: orgId, import_id: importId } of left) {
    await db.withOrg(orgId, async (scope) => {
      await scope.run(sql`update directory_imports set state = 'failed', failure = 'import.interrupted'
        where org_id = ${orgId} and id = ${importId} and state in ('checking', 'importing')`)
      await scope.run(
        sql`delete from directory_import_rows where org_id = ${orgId} and import_id = ${importId}`,
      )
      await end(scope, importId)
    })
  }
  return left.length
}
