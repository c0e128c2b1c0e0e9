import { sql } from 'drizzle-orm'
import type { AbsenceKind } from '@kangbao/shared/contracts/absences.ts'
import type { OrgScope } from '../../db/database.ts'

interface ProfileRow extends Record<string, unknown> {
  readonly org_name: string
  readonly user_id: string
  readonly name: string
  readonly title: string
  readonly job_number: string
  readonly role: string
  readonly departments: string[] | null
  readonly phone: Buffer | null
  readonly joined_at: string | Date
  readonly is_guest: boolean
}

export async function profile({ tx, orgId }: OrgScope, memberId: string): Promise<ProfileRow | null> {
  const { rows } = await tx.execute<ProfileRow>(sql`
    select o.name as org_name, m.user_id, m.name, m.title, m.job_number, m.role, m.phone, m.joined_at, m.is_guest,
      (select array_agg(d.name order by d.department_id) from member_departments md
        join departments d on d.org_id = md.org_id and d.department_id = md.department_id
        where md.org_id = m.org_id and md.member_id = m.id and md.valid_to is null) as departments
    from members m join orgs o on o.id = m.org_id where m.org_id = ${orgId} and m.id = ${memberId}`)
  return rows[0] ?? null
}

export interface AskedRow extends Record<string, unknown> {
  readonly form_id: string
  readonly version: number
  readonly day: string
  readonly department: string | null
  readonly filed_at: string | Date | null
  readonly reminded_at: string | Date | null
}

/** When he was asked what; periods are few per form, and each is found by its key. */
export async function asked({ tx, orgId }: OrgScope, memberId: string): Promise<AskedRow[]> {
  const { rows } = await tx.execute<AskedRow>(sql`
    select e.form_id, f.version, e.period_start::text as day, d.name as department, e.filed_at, e.reminded_at
    from form_periods p
    join expectations e on e.org_id = p.org_id and e.form_id = p.form_id and e.period_start = p.period_start
      and e.member_id = ${memberId}
    join forms f on f.org_id = p.org_id and f.id = p.form_id
    left join departments d on d.org_id = e.org_id and d.department_id = e.department_id
    where p.org_id = ${orgId} order by e.period_start, e.form_id`)
  return rows
}

/** Days on which he was, or is going to be, excused. */
export async function absences(
  { tx, orgId }: OrgScope,
  memberId: string,
): Promise<{ kind: AbsenceKind; from: string; to: string; enteredAt: string }[]> {
  const { rows } = await tx.execute<{ kind: AbsenceKind; from: string; to: string; entered_at: string }>(sql`
    select kind, from_day::text as from, to_day::text as to, entered_at from absences
    where org_id = ${orgId} and member_id = ${memberId} and struck_at is null order by from_day, id`)
  return rows.map(({ entered_at, ...row }) => ({ ...row, enteredAt: new Date(entered_at).toISOString() }))
}

/** Cards printed for him, newest first. */
export async function cards(
  { tx, orgId }: OrgScope,
  memberId: string,
): Promise<{ issuedAt: string; revokedAt: string | null }[]> {
  const { rows } = await tx.execute<{ issued_at: string; revoked_at: string | null }>(sql`
    select issued_at, revoked_at from member_cards where org_id = ${orgId} and member_id = ${memberId}
    order by id desc`)
  return rows.map((row) => ({
    issuedAt: new Date(row.issued_at).toISOString(),
    revokedAt: row.revoked_at && new Date(row.revoked_at).toISOString(),
  }))
}

export interface ConsentRow extends Record<string, unknown> {
  readonly id: string
  readonly subject: string
  readonly purpose: string
  readonly version: number
  readonly decision: string
  readonly decided_at: string | Date
  readonly guardian: Buffer | null
  readonly told_to: string | null
  readonly kiosk: string | null
}

/** Every decision he ever took, oldest first. */
export async function consents({ tx, orgId }: OrgScope, memberId: string): Promise<ConsentRow[]> {
  const { rows } = await tx.execute<ConsentRow>(sql`
    select c.id, c.subject, c.purpose, c.version, c.decision, c.decided_at, c.guardian, t.name as told_to,
      k.name as kiosk
    from consents c left join members t on t.org_id = c.org_id and t.id = c.told_by
    left join kiosks k on k.org_id = c.org_id and k.id = c.kiosk_id
    where c.org_id = ${orgId} and c.member_id = ${memberId} order by c.decided_at, c.id`)
  return rows
}

export interface FileRow extends Record<string, unknown> {
  readonly id: string
  readonly name: Buffer | null
  readonly media_type: string | null
  readonly content_bytes: string
  readonly created_at: string | Date
}

export async function files({ tx, orgId }: OrgScope, memberId: string): Promise<FileRow[]> {
  const { rows } = await tx.execute<FileRow>(sql`
    select id, name, media_type, content_bytes, created_at from files
    where org_id = ${orgId} and member_id = ${memberId} order by created_at, id`)
  return rows
}

/** What was sent to him through the workplace. */
export async function messages(
  { tx, orgId }: OrgScope,
  memberId: string,
): Promise<{ kind: string; sentAt: string; isDelivered: boolean; isRead: boolean }[]> {
  const { rows } = await tx.execute<{
    kind: string
    sent_at: string | Date
    failed: boolean
    is_read: boolean
  }>(sql`
    select p.kind, b.sent_at, exists (select from push_failures x where x.org_id = b.org_id and x.push_id = b.push_id
      and x.member_id = ${memberId}) as failed, b.read_ids @> array[${memberId}::uuid] as is_read
    from push_batches b join pushes p on p.org_id = b.org_id and p.id = b.push_id
    where b.org_id = ${orgId} and b.sent_at is not null and b.member_ids @> array[${memberId}::uuid]
    order by b.sent_at`)
  return rows.map(({ kind, sent_at, failed, is_read }) => ({
    kind,
    sentAt: new Date(sent_at).toISOString(),
    isDelivered: !failed,
    isRead: is_read,
  }))
}

export async function sessions(
  { tx, orgId }: OrgScope,
  memberId: string,
): Promise<{ device: string | null; startedAt: string; seenAt: string }[]> {
  const { rows } = await tx.execute<{
    device: string | null
    started_at: string | Date
    seen_at: string | Date
  }>(sql`
    select device, started_at, seen_at from sessions
    where org_id = ${orgId} and member_id = ${memberId} order by started_at`)
  return rows.map((row) => ({
    device: row.device,
    startedAt: new Date(row.started_at).toISOString(),
    seenAt: new Date(row.seen_at).toISOString(),
  }))
}

export async function erasures(
  { tx, orgId }: OrgScope,
  memberId: string,
): Promise<{ askedAt: string; state: string }[]> {
  const { rows } = await tx.execute<{ asked_at: string | Date; state: string }>(sql`
    select asked_at, state from erasures where org_id = ${orgId} and member_id = ${memberId} order by id`)
  return rows.map(({ asked_at, state }) => ({ askedAt: new Date(asked_at).toISOString(), state }))
}
