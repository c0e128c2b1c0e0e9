import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'

export interface ErasureRow {
  readonly id: string
  readonly memberId: string
  readonly memberName: string
  readonly askedAt: EpochMs
  readonly dueAt: EpochMs
  readonly state: 'asked' | 'taken-back' | 'objected' | 'done'
  readonly ground: 'legal-hold' | 'duty' | null
  readonly explanation: string | null
  readonly decidedAt: EpochMs | null
  readonly doneAt: EpochMs | null
}

interface Row extends Record<string, unknown> {
  readonly id: string
  readonly member_id: string
  readonly name: string | null
  readonly asked_at: string | Date
  readonly due_at: string | Date
  readonly state: ErasureRow['state']
  readonly ground: ErasureRow['ground']
  readonly explanation: string | null
  readonly decided_at: string | Date | null
  readonly done_at: string | Date | null
}

const ms = (at: string | Date) => new Date(at).getTime()
const iso = (at: EpochMs) => new Date(at).toISOString()

async function select({ tx, orgId }: OrgScope, rest: SQL): Promise<ErasureRow[]> {
  const { rows } = await tx.execute<Row>(sql`
    select e.id, e.member_id, m.name, e.asked_at, e.due_at, e.state, e.ground, e.explanation, e.decided_at, e.done_at
    from erasures e left join members m on m.org_id = e.org_id and m.id = e.member_id
    where e.org_id = ${orgId} ${rest}`)
  return rows.map((row) => ({
    id: row.id,
    memberId: row.member_id,
    memberName: row.name ?? '—',
    askedAt: ms(row.asked_at),
    dueAt: ms(row.due_at),
    state: row.state,
    ground: row.ground,
    explanation: row.explanation,
    decidedAt: row.decided_at === null ? null : ms(row.decided_at),
    doneAt: row.done_at === null ? null : ms(row.done_at),
  }))
}

export async function byId(scope: OrgScope, id: string): Promise<ErasureRow | null> {
  return (await select(scope, sql`and e.id = ${id} for update of e`))[0] ?? null
}

/** A member's last request. */
export async function lastOf(scope: OrgScope, memberId: string): Promise<ErasureRow | null> {
  return (await select(scope, sql`and e.member_id = ${memberId} order by e.id desc limit 1`))[0] ?? null
}

/** Newest first. */
export async function list(
  scope: OrgScope,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<ErasureRow[]> {
  const after = before === undefined ? sql`` : sql`and e.id < ${before}`
  return select(scope, sql`${after} order by e.id desc limit ${limit}`)
}

/** False when he has asked already. */
export async function insert(
  { tx, orgId }: OrgScope,
  row: { readonly id: string; readonly memberId: string; readonly askedAt: EpochMs; readonly dueAt: EpochMs },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into erasures (org_id, id, member_id, asked_at, due_at)
    values (${orgId}, ${row.id}, ${row.memberId}, ${iso(row.askedAt)}, ${iso(row.dueAt)})
    on conflict (org_id, member_id) where state = 'asked' do nothing`)
  return rowCount === 1
}

/** Ends a request that is still open; false when it no longer is. */
export async function decide(
  { tx, orgId }: OrgScope,
  given: {
    readonly id: string
    readonly state: 'taken-back' | 'objected'
    readonly by: string | null
    readonly ground?: 'legal-hold' | 'duty'
    readonly explanation?: string
    readonly now: EpochMs
  },
): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update erasures set state = ${given.state}, ground = ${given.ground ?? null},
      explanation = ${given.explanation ?? null}, decided_by = ${given.by}, decided_at = ${iso(given.now)}
    where org_id = ${orgId} and id = ${given.id} and state = 'asked'`)
  return rowCount === 1
}

export async function isDone({ tx, orgId }: OrgScope, id: string): Promise<boolean> {
  const { rows } = await tx.execute(
    sql`select from erasures where org_id = ${orgId} and id = ${id} and state = 'done'`,
  )
  return rows.length > 0
}

/** Marks a request as done; one a restored database does not know is written down. */
export async function markDone(
  { tx, orgId }: OrgScope,
  given: {
    readonly id: string
    readonly memberId: string
    readonly askedAt: EpochMs
    readonly now: EpochMs
  },
): Promise<void> {
  await tx.execute(sql`
    insert into erasures (org_id, id, member_id, asked_at, due_at, state, done_at)
    values (${orgId}, ${given.id}, ${given.memberId}, ${iso(given.askedAt)}, ${iso(given.askedAt)}, 'done',
      ${iso(given.now)})
    on conflict (org_id, id) do update set state = 'done', done_at = excluded.done_at`)
}

/** How a purpose stands now, or null. */
export async function newestDecision(
  { tx, orgId }: OrgScope,
  given: { readonly memberId: string; readonly subject: string; readonly purpose: string },
): Promise<string | null> {
  const { rows } = await tx.execute<{ decision: string }>(sql`
    select decision from consents where org_id = ${orgId} and member_id = ${given.memberId}
      and subject = ${given.subject} and purpose = ${given.purpose} order by id desc limit 1`)
  return rows[0]?.decision ?? null
}
