import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { Decision } from '@kangbao/shared/consents/notice.ts'
import type { OrgScope } from '../../db/database.ts'

export interface NewDecision extends Decision {
  readonly id: string
  readonly memberId: string
  readonly subject: string
  /** Sealed; of a guardian's consent only. */
  readonly guardian?: Buffer
  /** Member the person told it to; absent when he took it himself. */
  readonly toldBy?: string
  /** Shared tablet he decided at. */
  readonly kioskId?: string
}

export async function insertDecisions(
  { tx, orgId }: OrgScope,
  decisions: readonly NewDecision[],
  at: EpochMs,
): Promise<void> {
  for (const each of decisions)
    await tx.execute(sql`
      insert into consents (org_id, member_id, id, subject, purpose, version, decision, decided_at, guardian,
        told_by, kiosk_id)
      values (${orgId}, ${each.memberId}, ${each.id}, ${each.subject}, ${each.purpose}, ${each.version},
        ${each.decision}, ${new Date(at).toISOString()}, ${each.guardian ?? null}, ${each.toldBy ?? null},
        ${each.kioskId ?? null})`)
}

/** The newest decision on each purpose of a notice. */
export async function newestDecisions(
  { tx, orgId }: OrgScope,
  memberId: string,
  subject: string,
): Promise<(Decision & { readonly decidedAt: EpochMs })[]> {
  const { rows } = await tx.execute<{
    purpose: string
    version: number
    decision: Decision['decision']
    decided_at: string | Date
  }>(sql`
    select distinct on (purpose) purpose, version, decision, decided_at from consents
    where org_id = ${orgId} and member_id = ${memberId} and subject = ${subject}
    order by purpose, id desc`)
  return rows.map(({ decided_at, ...row }) => ({ ...row, decidedAt: new Date(decided_at).getTime() }))
}

export interface OwnDecision extends Decision {
  readonly id: string
  readonly subject: string
  readonly decidedAt: EpochMs
  /** Name of the member he told it to, if he did. */
  readonly toldTo: string | null
  /** Name of the shared tablet he decided at, if he did. */
  readonly kiosk: string | null
}

/** What a member has decided on, the newest of each purpose, newest first. */
export async function listOwn(
  { tx, orgId }: OrgScope,
  memberId: string,
  { before, limit }: { readonly before: string | undefined; readonly limit: number },
): Promise<OwnDecision[]> {
  const { rows } = await tx.execute<{
    id: string
    subject: string
    purpose: string
    version: number
    decision: Decision['decision']
    decided_at: string | Date
    told_to: string | null
    kiosk: string | null
  }>(sql`
    select newest.*, t.name as told_to, k.name as kiosk from (
      select distinct on (subject, purpose) id, subject, purpose, version, decision, decided_at, told_by, kiosk_id
      from consents
      where org_id = ${orgId} and member_id = ${memberId} order by subject, purpose, id desc) newest
    left join members t on t.org_id = ${orgId} and t.id = newest.told_by
    left join kiosks k on k.org_id = ${orgId} and k.id = newest.kiosk_id
    ${before === undefined ? sql`` : sql`where newest.id < ${before}`} order by newest.id desc limit ${limit}`)
  return rows.map(({ decided_at, told_to, ...row }) => ({
    ...row,
    decidedAt: new Date(decided_at).getTime(),
    toldTo: told_to,
  }))
}
