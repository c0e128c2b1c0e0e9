import { sql } from 'drizzle-orm'
import { dissolvedKeptDays } from '../../contracts/dissolution.ts'
import { addSeconds } from '../clock.ts'
import type { Deps } from '../deps.ts'

const atOnce = 500

/** What a team may have very much of, or of large size; everything else goes with the org's own row. */
const large = [
  sql`message_receipts`,
  sql`conversation_reads`,
  sql`messages`,
  sql`ding_receivers`,
  sql`todo_people`,
  sql`media`,
  sql`directory_import_rows`,
  sql`directory_import_undo`,
  sql`certification_files`,
  sql`push_deliveries`,
]

/** Deletes what a team left that was dissolved long enough ago, piece by piece. @returns how many teams it was. */
export async function purgeDissolved({
  db,
  clock,
  log,
}: Pick<Deps, 'db' | 'clock' | 'log'>): Promise<number> {
  const due = addSeconds(clock.now(), -dissolvedKeptDays * 86_400)
  const org = await db.one<{ id: string }>(
    sql`select id from orgs where dissolved_at <= ${due} order by dissolved_at limit 1`,
  )
  if (!org) return 0
  for (const table of large) {
    const some = () =>
      db.withOrg(org.id, (scope) =>
        scope.run(sql`
          delete from ${table} where ctid = any(array(
            select ctid from ${table} where org_id = ${org.id} limit ${atOnce})) and org_id = ${org.id}`),
      )
    while ((await some()) > 0) continue
  }
  await db.withOrg(org.id, (scope) => scope.run(sql`delete from orgs where id = ${org.id}`))
  log.info({ orgId: org.id }, 'what a dissolved team left was deleted')
  return 1
}
