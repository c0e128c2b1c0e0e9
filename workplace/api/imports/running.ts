import { sql } from 'drizzle-orm'
import type { Database, OrgScope, Queries } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { notifyOrg } from '../events/notify.ts'

/** Somebody called the import off: whatever was under way is rolled back. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
}

/** What this process works on: to call off what can be stopped at once, as the reading of a file. */
const atWork = new Map<string, AbortController>()

/** Does the work of an import with a signal that ends it. */
export async function working<T>(importId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  atWork.set(importId, controller)
  try {
    return await work(controller.signal)
  } finally {
    atWork.delete(importId)
  }
}

/** Ends it at once where it is this process that works; others see the state of the import at their next step. */
export const callOff = (importId: string): void => atWork.get(importId)?.abort()

/**
 * Tells how far it is, on a connection of its own, since the transaction of the work is seen by nobody until it ends.
 * @throws Cancelled when the import is not in that state any more.
 */
export async function tellProgress(
  { deps, orgId }: { deps: Deps; orgId: string },
  importId: string,
  at: { state: 'checking' | 'importing'; done: number; total?: number },
): Promise<void> {
  await deps.db.withOrg(orgId, async (scope) => {
    const changed = await scope.run(sql`
      update directory_imports set done = ${at.done}, total = coalesce(${at.total ?? null}::int, total)
      where org_id = ${scope.orgId} and id = ${importId} and state = ${at.state}`)
    if (changed === 0) throw new Cancelled()
    await notifyOrg(scope, { type: 'import', orgId: scope.orgId, importId }, 'admins')
  })
}

const countAnew = (db: Queries): Promise<number> =>
  db.run(sql`analyze persons, person_orgs, departments, members, member_departments, directory_import_undo`)

const youngBelow = 1000

/**
 * In a young database the tables were empty when they were last counted, and every key would be looked up by reading all
 * of them. So they are counted when the first rows are there; an older one, whose tables many write at once, is left alone:
 * a count inside a transaction keeps others from counting until it ends.
 */
export async function countWhenYoung(scope: OrgScope): Promise<void> {
  const row = await scope.one<{ rows: number }>(
    sql`select reltuples::int as rows from pg_class where oid = 'members'::regclass`,
  )
  if ((row?.rows ?? 0) < youngBelow) await countAnew(scope)
}

/** After thousands of rows came the next search is planned for them. Who does not own the tables is only warned. */
export const countAfter = (db: Database): Promise<number> => countAnew(db)

/** Notes that this process works on the import, in the transaction that starts it. */
export const begin = (scope: OrgScope, importId: string): Promise<number> =>
  scope.run(sql`insert into running_imports (org_id, import_id) values (${scope.orgId}, ${importId})
    on conflict do nothing`)

/**
 * Calls off every import of the org. One that is being undone is let come to its end: an undo is one transaction that
 * nothing stops.
 */
export async function callOffAll(scope: OrgScope): Promise<void> {
  const rows = await scope.rows<{ id: string }>(sql`
    update directory_imports set state = 'cancelled'
    where org_id = ${scope.orgId} and state in ('checking', 'checked', 'importing') returning id`)
  for (const { id } of rows) callOff(id)
}

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
      // An undo is one transaction, too: it may be asked for again.
      await scope.run(sql`update directory_imports set state = 'imported'
        where org_id = ${orgId} and id = ${importId} and state = 'undoing'`)
      await scope.run(
        sql`delete from directory_import_rows where org_id = ${orgId} and import_id = ${importId}`,
      )
      await end(scope, importId)
    })
  }
  return left.length
}
