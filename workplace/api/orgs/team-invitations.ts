import { sql } from 'drizzle-orm'
import { maskMobile } from '@kangbao/shared/identity/phone.ts'
import {
  teamInvitationDays,
  type SentInvitation,
  type TeamInvitationState,
} from '../../contracts/team-invitations.ts'
import { phoneOrRefuse } from '../accounts/phone.ts'
import { addSeconds } from '../clock.ts'
import { array } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError } from '../errors.ts'
import { notifyOrg, notifyPersons } from '../events/notify.ts'
import type { OrgCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { queueSms } from '../sms/queue.ts'

export type StoredState = Exclude<TeamInvitationState, 'expired'>

/** One that waits past its day is expired: nothing has to run for that. */
export const stateOf = (state: StoredState, expiresAt: Date, now: Date): TeamInvitationState =>
  state === 'waiting' && expiresAt <= now ? 'expired' : state

/** Members and those who were asked already are left out: two admins may send the same list. */
export async function invite(
  ctx: OrgCtx,
  people: readonly { phone: string; name?: string }[],
): Promise<{ invited: number; leftOut: number }> {
  const { scope, orgId, self, now } = ctx
  const wanted = new Map(people.map(({ phone, name = '' }) => [phoneOrRefuse(phone), name.trim()]))
  const phones = [...wanted.keys()]
  await scope.run(sql`
    update team_invitations set state = 'revoked', decided_at = ${now}
    where org_id = ${orgId} and phone = any(${array(phones)}::text[]) and state = 'waiting' and expires_at <= ${now}`)
  const rows = await scope.rows<{ id: string; phone: string }>(sql`
    insert into team_invitations (org_id, id, phone, name, invited_by, invited_at, expires_at)
    select ${orgId}::uuid, t.id, t.phone, t.name, ${self.userid}, ${now}::timestamptz,
      ${addSeconds(now, teamInvitationDays * 86_400)}::timestamptz
    from unnest(${array(phones.map(() => uuidv7()))}::uuid[], ${array(phones)}::text[],
      ${array([...wanted.values()])}::text[]) as t (id, phone, name)
    where not exists (select 1 from members m where m.org_id = ${orgId} and m.phone = t.phone)
    on conflict (org_id, phone) where state = 'waiting' do nothing
    returning id, phone`)
  const invited = array(rows.map(({ phone }) => phone))
  await scope.run(sql`
    insert into invited_phones (phone, org_id, invitation_id, invited_at)
    select t.phone, ${orgId}::uuid, t.id, ${now}::timestamptz
    from unnest(${array(rows.map(({ id }) => id))}::uuid[], ${invited}::text[]) as t (id, phone)`)
  await text(ctx, rows)
  const known = await scope.rows<{ id: string }>(
    sql`select id from persons where phone = any(${invited}::text[]) and registered_at is not null`,
  )
  await notifyPersons(
    scope,
    known.map(({ id }) => id),
    { type: 'invitations' },
  )
  await notifyOrg(scope, { type: 'invitations' }, 'admins')
  return { invited: rows.length, leftOut: people.length - rows.length }
}

/** Whoever was asked within a day had his text: taking back and asking again makes no second one. */
async function text(
  { scope, orgId, now, deps }: OrgCtx,
  rows: readonly { id: string; phone: string }[],
): Promise<void> {
  const due = await scope.rows<{ phone: string; org: string }>(sql`
    select i.phone, o.name as org from team_invitations i join orgs o on o.id = i.org_id
    where i.org_id = ${orgId} and i.id = any(${array(rows.map(({ id }) => id))}::uuid[]) and not exists (
      select 1 from team_invitations earlier where earlier.org_id = i.org_id and earlier.phone = i.phone
        and earlier.id <> i.id and earlier.invited_at > ${addSeconds(now, -86_400)})`)
  const link = `${deps.config.publicUrl}/`
  await queueSms(
    scope,
    due.map(({ phone, org }) => ({
      phone,
      text: `${org} 邀请你加入团队，请登录 ${link} ，在“消息 - 团队邀请”中查看`,
    })),
    { template: 'team-invitation', signName: deps.config.smsSignName, now, orgId },
  )
}

interface SentRow {
  id: string
  phone: string
  name: string
  state: StoredState
  invited_at: Date
  expires_at: Date
}

export async function listSent({ scope, orgId, now }: OrgCtx, query: { cursor?: string; limit?: number }) {
  const limit = query.limit ?? 50
  const before = readCursor(query.cursor, 1)
  const rows = await scope.rows<SentRow>(sql`
    select id, phone, name, state, invited_at, expires_at from team_invitations
    where org_id = ${orgId} ${before ? sql`and id < ${before[0]}` : sql``} order by id desc limit ${limit + 1}`)
  return toPage(rows, limit, {
    item: (row): SentInvitation => ({
      id: row.id,
      phone: maskMobile(row.phone),
      name: row.name,
      state: stateOf(row.state, row.expires_at, now),
      invitedAt: row.invited_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
    }),
    key: (row) => [row.id],
  })
}

export async function revoke({ scope, orgId, now }: OrgCtx, id: string): Promise<{ done: true }> {
  const row = await scope.one<{ phone: string }>(sql`
    update team_invitations set state = 'revoked', decided_at = ${now}
    where org_id = ${orgId} and id = ${id} and state = 'waiting' returning phone`)
  if (!row) throw new AppError('invitation.decided')
  const person = await scope.one<{ id: string }>(sql`select id from persons where phone = ${row.phone}`)
  await notifyPersons(scope, person ? [person.id] : [], { type: 'invitations' })
  await notifyOrg(scope, { type: 'invitations' }, 'admins')
  return { done: true }
}
