import { sql } from 'drizzle-orm'
import type { Delivery, DeliveryState, LedgerPush } from '@kangbao/shared/contracts/ledger.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Period } from './people.repo.ts'

const text = (at: string | Date) => new Date(at).toISOString()

interface PushRow extends Record<string, unknown> {
  readonly id: string
  readonly kind: LedgerPush['kind']
  readonly planned_at: string
  readonly made_at: string
  readonly state: LedgerPush['state']
  readonly reason: string | null
  readonly planned: number
  readonly sent: number
  readonly confirmed: number
  readonly read: number
  readonly refused: number
  readonly failures: number
  readonly left_out: number
}

/** Pushes of a form and period, newest first; one that joined another has the numbers of that one. */
export async function listPushes(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: Period,
  page: { readonly before: string | undefined; readonly limit: number },
): Promise<LedgerPush[]> {
  const { rows } = await tx.execute<PushRow>(sql`
    select p.id, p.kind, p.planned_at, p.made_at, p.state, p.reason, carrier.recipients as planned, b.sent, b.confirmed,
      b.read, b.refused, b.left_out, f.failures
    from pushes p
    join pushes carrier on carrier.org_id = p.org_id and carrier.id = coalesce(p.joined_to, p.id)
    cross join lateral (
      select coalesce(sum(sent_to), 0)::int as sent,
        coalesce(sum(sent_to) filter (where state = 'settled' and reason is null), 0)::int as confirmed,
        coalesce(sum(cardinality(member_ids)) filter (where state = 'failed'), 0)::int as refused,
        coalesce(sum(cardinality(left_out)), 0)::int as left_out,
        coalesce(sum(cardinality(read_ids)), 0)::int as read
      from push_batches where org_id = ${orgId} and push_id = carrier.id) as b
    cross join lateral (
      select count(*)::int as failures from push_failures where org_id = ${orgId} and push_id = carrier.id) as f
    where p.org_id = ${orgId} and p.form_id = ${formId} and p.period_start = ${periodStart}
      ${page.before === undefined ? sql`` : sql`and p.id < ${page.before}`}
    order by p.id desc limit ${page.limit}`)
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    plannedAt: text(row.planned_at),
    madeAt: text(row.made_at),
    state: row.state,
    reason: row.reason,
    planned: row.planned,
    sent: row.sent,
    delivered: Math.max(0, row.confirmed - row.failures),
    read: row.read,
    failed: row.refused + row.failures,
    leftOut: row.left_out,
  }))
}

export interface DeliveryFilter {
  readonly pushId: string | undefined
  readonly state: DeliveryState | undefined
  /** Empty: of everybody. */
  readonly search: string
  readonly after: { readonly pushId: string; readonly memberId: string } | undefined
  readonly limit: number
}

/** One line per push and person, by their ids; who was planned twice has the state of the last time. */
export async function listDeliveries(
  { tx, orgId }: OrgScope,
  { formId, periodStart }: Period,
  { pushId, state, search, after, limit }: DeliveryFilter,
): Promise<Delivery[]> {
  const { rows } = await tx.execute<{
    push_id: string
    kind: Delivery['kind']
    member_id: string
    name: string
    department: string | null
    state: DeliveryState
    reason: string | null
  }>(sql`
    with named as (
      select distinct on (p.id, one.member_id) p.id as push_id, p.kind, one.member_id,
        case when one.member_id = any(b.left_out) then 'left-out'
          when b.state = 'planned' then 'waiting'
          when b.state = 'failed' or f.reason is not null then 'failed'
          when one.member_id = any(b.read_ids) then 'read'
          when b.state = 'sent' or b.reason is not null then 'sent'
          else 'delivered' end as state,
        coalesce(f.reason, b.reason) as reason
      from pushes p
      join push_batches b on b.org_id = p.org_id and b.push_id = coalesce(p.joined_to, p.id)
      cross join lateral unnest(b.member_ids) as one (member_id)
      left join push_failures f on f.org_id = ${orgId} and f.push_id = b.push_id and f.member_id = one.member_id
      where p.org_id = ${orgId} and p.form_id = ${formId} and p.period_start = ${periodStart}
        ${pushId === undefined ? sql`` : sql`and p.id = ${pushId}`}
        ${fitting(orgId, search)}
        ${after === undefined ? sql`` : sql`and (p.id, one.member_id) > (${after.pushId}::uuid, ${after.memberId}::uuid)`}
      order by p.id, one.member_id, b.batch desc)
    select named.push_id, named.kind, named.member_id, m.name, d.name as department, named.state, named.reason
    from named
    join members m on m.org_id = ${orgId} and m.id = named.member_id
    left join departments d on d.org_id = ${orgId} and d.department_id = m.department_id
    ${state === undefined ? sql`` : sql`where named.state = ${state}`}
    order by named.push_id, named.member_id limit ${limit}`)
  return rows.map((row) => ({
    pushId: row.push_id,
    kind: row.kind,
    memberId: row.member_id,
    name: row.name,
    department: row.department ?? '',
    state: row.state,
    reason: row.state === 'left-out' ? null : row.reason,
  }))
}

/** Part of the name, of the pinyin or its initials, or a staff number from its start. */
function fitting(orgId: string, search: string) {
  const words = search.trim().toLowerCase()
  if (words === '') return sql``
  const escaped = words.replace(/[\\%_]/g, '\\$&')
  const spelled = `${escaped.replaceAll(' ', '')}%`
  return sql`and one.member_id in (select id from members
    where org_id = ${orgId} and (lower(name) like ${`%${escaped}%`} or pinyin like ${spelled} or initials like ${spelled}
      or lower(job_number) like ${spelled}))`
}
