import { sql, type SQL } from 'drizzle-orm'
import { dingReminderMinutes, type Ding } from '../../contracts/messages.ts'
import { inEachOrg } from '../accounts/accounts.service.ts'
import { addSeconds } from '../clock.ts'
import { array, json, type OrgScope } from '../db/database.ts'
import { isUuid, uuidv7 } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import { notifyMembers } from '../events/notify.ts'
import type { OrgCtx, SessionCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { queueSms } from '../sms/queue.ts'
import { ensureDirect } from './conversations.ts'
import { append } from './deliver.ts'

interface DingRow {
  id: string
  org_name: string
  sender: string
  sender_name: string | null
  agent_id: number | null
  text: string
  link: { title: string; url: string } | null
  remind: 'app' | 'sms'
  created_at: Date
  confirmed_at: Date | null
  confirmed: number
  receivers: number
}

/** @param where a condition, with an order and a limit where there may be many. */
const rowsOf = (scope: OrgScope, userid: string, where: SQL): Promise<DingRow[]> =>
  scope.rows<DingRow>(sql`
    select d.id, o.name as org_name, d.sender, s.name as sender_name, d.agent_id, d.text, d.link, d.remind, d.created_at,
      mine.confirmed_at, counts.confirmed, counts.receivers
    from dings d join orgs o on o.id = d.org_id
    left join members s on s.org_id = d.org_id and s.userid = d.sender
    left join ding_receivers mine on mine.org_id = d.org_id and mine.ding_id = d.id and mine.userid = ${userid}
    cross join lateral (
      select count(r.confirmed_at)::int as confirmed, count(*)::int as receivers from ding_receivers r
      where r.org_id = d.org_id and r.ding_id = d.id) counts
    where d.org_id = ${scope.orgId} and ${where}`)

const view = (orgId: string, userid: string, row: DingRow): Ding => ({
  id: row.id,
  orgId,
  orgName: row.org_name,
  senderName: row.sender_name ?? '',
  isMine: row.sender === userid,
  text: row.text,
  link: row.link,
  agentId: row.agent_id,
  remind: row.remind,
  createdAt: row.created_at.toISOString(),
  confirmedAt: row.confirmed_at?.toISOString() ?? null,
  confirmedCount: row.confirmed,
  receiverCount: row.receivers,
})

export async function list(
  ctx: SessionCtx,
  query: { box?: 'received' | 'sent'; cursor?: string; limit?: number },
): Promise<{ items: Ding[]; next: string | null }> {
  const { box = 'received', limit = 50 } = query
  const [before] = readCursor(query.cursor, 1) ?? []
  if (before !== undefined && !isUuid(before)) throw new AppError('request.invalid', { part: 'cursor' })
  const older = before === undefined ? sql`true` : sql`d.id < ${before}::uuid`
  const lists = await inEachOrg(ctx, async (scope, { orgId, userid }) => {
    const mine = box === 'sent' ? sql`d.sender = ${userid}` : sql`mine.userid is not null`
    const rows = await rowsOf(scope, userid, sql`${mine} and ${older} order by d.id desc limit ${limit + 1}`)
    return rows.map((row) => view(orgId, userid, row))
  })
  // Ids of all orgs sort by time.
  const dings = lists
    .flat()
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit + 1)
  return toPage(dings, limit, { item: (ding) => ding, key: ({ id }) => [id] })
}

/** Nobody confirms his own, even where he is among those it went to. */
export async function count(ctx: SessionCtx): Promise<{ toConfirm: number }> {
  const counts = await inEachOrg(ctx, (scope, { orgId, userid }) =>
    scope.one<{ dings: number }>(sql`
      select count(*)::int as dings from ding_receivers r join dings d on d.org_id = r.org_id and d.id = r.ding_id
      where r.org_id = ${orgId} and r.userid = ${userid} and r.confirmed_at is null and d.sender <> ${userid}`),
  )
  return { toConfirm: counts.reduce((sum, row) => sum + (row?.dings ?? 0), 0) }
}

export async function get({ scope, orgId, self }: OrgCtx, id: string): Promise<Ding> {
  const own = sql`(d.sender = ${self.userid} or mine.userid is not null)`
  const [row] = await rowsOf(scope, self.userid, sql`d.id = ${id} and ${own}`)
  return view(orgId, self.userid, found(row))
}

export interface NewDing {
  userids: readonly string[]
  text: string
  remind?: 'app' | 'sms'
  link?: { title: string; url: string }
  agentId?: number
}

export async function create(ctx: OrgCtx, given: NewDing): Promise<Ding> {
  const { scope, self, now, orgId } = ctx
  if (given.link && !/^https?:\/\//.test(given.link.url))
    throw new AppError('request.invalid', { part: 'link' })
  const id = uuidv7()
  await scope.run(sql`
    insert into dings (org_id, id, sender, agent_id, text, link, remind, created_at)
    values (${orgId}, ${id}, ${self.userid}, ${given.agentId ?? null}, ${given.text},
      ${given.link ? json(given.link) : null}, ${given.remind ?? 'app'}, ${now})`)
  const receivers = await scope.rows<{ userid: string; phone: string }>(sql`
    with added as (
      insert into ding_receivers (org_id, ding_id, userid)
      select m.org_id, ${id}::uuid, m.userid from members m
      where m.org_id = ${orgId} and m.userid = any(${array([...new Set(given.userids)])}::text[])
      returning userid)
    select m.userid, m.phone from added join members m on m.org_id = ${orgId} and m.userid = added.userid`)
  if (receivers.length === 0) throw new AppError('request.invalid', { part: 'userids' })
  if (given.remind === 'sms')
    await queueSms(scope, smsTo(receivers, self.name, given.text), {
      template: 'ding',
      signName: ctx.deps.config.smsSignName,
      now,
      orgId: scope.orgId,
    })
  await notifyMembers(
    scope,
    receivers.map((row) => row.userid),
    { type: 'ding', orgId, dingId: id },
  )
  return get(ctx, id)
}

export async function confirm(ctx: OrgCtx, id: string): Promise<Ding> {
  const changed = await ctx.scope.run(sql`
    update ding_receivers set confirmed_at = coalesce(confirmed_at, ${ctx.now})
    where org_id = ${ctx.orgId} and ding_id = ${id} and userid = ${ctx.self.userid}`)
  if (changed === 0) throw new AppError('resource.missing')
  const ding = await get(ctx, id)
  const sender = await ctx.scope.one<{ sender: string }>(
    sql`select sender from dings where org_id = ${ctx.orgId} and id = ${id}`,
  )
  await notifyMembers(ctx.scope, [found(sender).sender, ctx.self.userid], {
    type: 'ding',
    orgId: ctx.orgId,
    dingId: id,
  })
  return ding
}

async function requireSender({ scope, orgId, self }: OrgCtx, id: string): Promise<void> {
  found(
    await scope.one(
      sql`select 1 from dings where org_id = ${orgId} and id = ${id} and sender = ${self.userid}`,
    ),
  )
}

export async function receivers(ctx: OrgCtx, id: string, query: { cursor?: string; limit?: number }) {
  const { scope, orgId } = ctx
  await requireSender(ctx, id)
  const limit = query.limit ?? 50
  const after = readCursor(query.cursor, 2)
  const place = sql`(coalesce(r.confirmed_at, 'epoch'), r.userid)`
  const rows = await scope.rows<{ userid: string; name: string; confirmed_at: Date | null }>(sql`
    select r.userid, coalesce(m.name, '') as name, r.confirmed_at from ding_receivers r
    left join members m on m.org_id = r.org_id and m.userid = r.userid
    where r.org_id = ${orgId} and r.ding_id = ${id}
      ${after ? sql`and ${place} > (${after[0]}::timestamptz, ${after[1]})` : sql``}
    order by ${place} limit ${limit + 1}`)
  return toPage(rows, limit, {
    item: ({ userid, name, confirmed_at }) => ({
      userid,
      name,
      confirmedAt: confirmed_at?.toISOString() ?? null,
    }),
    key: (row) => [(row.confirmed_at ?? new Date(0)).toISOString(), row.userid],
  })
}

/** A card in the chat with each of those who have not confirmed. */
export async function remind(ctx: OrgCtx, id: string): Promise<{ reminded: number }> {
  const { scope, orgId, self, now, deps } = ctx
  await requireSender(ctx, id)
  const since = addSeconds(now, -dingReminderMinutes * 60)
  const ding = await scope.one<{ text: string; remind: 'app' | 'sms' }>(sql`
    update dings set reminded_at = ${now} where org_id = ${orgId} and id = ${id}
      and (reminded_at is null or reminded_at <= ${since}) returning text, remind`)
  if (!ding) throw new AppError('ding.reminded', { retryAfterSeconds: dingReminderMinutes * 60 })
  const people = await scope.rows<{ userid: string; phone: string }>(sql`
    select m.userid, m.phone from ding_receivers r join members m on m.org_id = r.org_id and m.userid = r.userid
    where r.org_id = ${orgId} and r.ding_id = ${id} and r.confirmed_at is null and m.userid <> ${self.userid}
    order by m.userid`)
  for (const { userid } of people) {
    const conversationId = await ensureDirect(scope, self.userid, userid)
    const content = { msgtype: 'ding', ding: { dingId: id, text: ding.text } } as const
    await append(scope, { conversationId, sender: self.userid, content, now })
  }
  if (ding.remind === 'sms')
    await queueSms(scope, smsTo(people, self.name, ding.text), {
      template: 'ding',
      signName: deps.config.smsSignName,
      now,
      orgId: scope.orgId,
    })
  await notifyMembers(
    scope,
    people.map(({ userid }) => userid),
    { type: 'message', orgId, conversationId: null, kind: 'direct', agentId: null },
  )
  return { reminded: people.length }
}

const smsTo = (people: readonly { phone: string }[], from: string, text: string) =>
  people.map(({ phone }) => ({ phone, text: `[DING] ${from}：${text.slice(0, 60)}` }))
