import { sql } from 'drizzle-orm'
import type { OperatorAct, OperatorAction } from '../../contracts/operator-access.ts'
import { json, type Queries } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import type { Ctx, OperatorCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'

interface Act {
  action: OperatorAction
  /** What it was done to, in words people know it by; never a phone number, never a secret. */
  subject: string
  aboutOrg?: string
  detail?: OperatorAct['detail']
}

/** Writes it down in the transaction of the act itself: there is not the one without the other. */
export async function recordAct(
  tx: Queries,
  { operator, now }: Pick<OperatorCtx, 'operator' | 'now'>,
  { action, subject, aboutOrg, detail = {} }: Act,
): Promise<void> {
  await tx.run(sql`
    insert into operator_acts (id, at, operator, action, subject, about_org, detail)
    values (${uuidv7()}, ${now}, ${operator.name}, ${action}, ${subject}, ${aboutOrg ?? null}, ${json(detail)})`)
}

interface ActRow {
  id: string
  at: Date
  operator: string
  action: OperatorAction
  subject: string
  about_org: string | null
  detail: OperatorAct['detail']
}

const view = (row: ActRow): OperatorAct => ({
  id: row.id,
  at: row.at.toISOString(),
  operator: row.operator,
  action: row.action,
  subject: row.subject,
  aboutOrg: row.about_org,
  detail: row.detail,
})

export async function list(
  { deps }: Ctx,
  query: { cursor?: string; limit?: number; action?: OperatorAction; operator?: string },
): Promise<{ items: OperatorAct[]; next: string | null }> {
  const limit = query.limit ?? 50
  const after = readCursor(query.cursor, 1)
  const rows = await deps.db.rows<ActRow>(sql`
    select id, at, operator, action, subject, about_org, detail from operator_acts
    where true ${after ? sql`and id < ${after[0]}::uuid` : sql``}
      ${query.action ? sql`and action = ${query.action}` : sql``}
      ${query.operator ? sql`and strpos(lower(operator), lower(${query.operator})) > 0` : sql``}
    order by id desc limit ${limit + 1}`)
  return toPage(rows, limit, { item: view, key: (row) => [row.id] })
}
