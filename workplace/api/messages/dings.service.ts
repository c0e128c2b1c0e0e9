import { sql, type SQL } from 'drizzle-orm'
import type { Ding } from '../../contracts/messages.ts'
import { listMemberships } from '../accounts/accounts.service.ts'
import { array, json, type OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError, found } from '../errors.ts'
import { notifyMembers } from '../events/notify.ts'
import type { OrgCtx, SessionCtx } from '../http/context.ts'
import { queueSms } from '../sms/queue.ts'

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
    where d.org_id = ${scope.orgId} and ${where} order by d.id desc limit 100`)

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
  box: 'received' | 'sent' = 'received',
): Promise<{ items: Ding[] }> {
  const memberships = await listMemberships(ctx.deps.db, ctx.personId)
  const lists = await Promise.all(
    memberships.map(({ orgId, userid }) =>
      ctx.deps.db.withOrg(orgId, async (scope) => {
        const where = box === 'sent' ? sql`d.sender = ${userid}` : sql`mine.userid is not null`
        return (await rowsOf(scope, userid, where)).map((row) => view(orgId, userid, row))
      }),
    ),
  )
  return { items: lists.flat().sort((a, b) => b.createdAt.localeCompare(a.createdAt)) }
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
    await queueSms(
      scope,
      receivers.map(({ phone }) => ({ phone, text: `[DING] ${self.name}：${given.text.slice(0, 60)}` })),
      { template: 'ding', signName: ctx.deps.config.smsSignName, now },
    )
  await notifyMembers(
    scope,
    receivers.map((row) => row.userid),
    { type: 'ding', orgId, dingId: id },
  )
  return one(ctx, id)
}

export async function confirm(ctx: OrgCtx, id: string): Promise<Ding> {
  const changed = await ctx.scope.run(sql`
    update ding_receivers set confirmed_at = coalesce(confirmed_at, ${ctx.now})
    where org_id = ${ctx.orgId} and ding_id = ${id} and userid = ${ctx.self.userid}`)
  if (changed === 0) throw new AppError('resource.missing')
  const ding = await one(ctx, id)
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

export async function receivers({ scope, orgId, self }: OrgCtx, id: string) {
  found(
    await scope.one(
      sql`select 1 from dings where org_id = ${orgId} and id = ${id} and sender = ${self.userid}`,
    ),
  )
  const rows = await scope.rows<{ userid: string; name: string; confirmed_at: Date | null }>(sql`
    select r.userid, coalesce(m.name, '') as name, r.confirmed_at from ding_receivers r
    left join members m on m.org_id = r.org_id and m.userid = r.userid
    where r.org_id = ${orgId} and r.ding_id = ${id} order by r.confirmed_at nulls first, name`)
  const items = rows.map(({ userid, name, confirmed_at }) => ({
    userid,
    name,
    confirmedAt: confirmed_at?.toISOString() ?? null,
  }))
  return { items }
}

async function one({ scope, orgId, self }: OrgCtx, id: string): Promise<Ding> {
  const [row] = await rowsOf(scope, self.userid, sql`d.id = ${id}`)
  return view(orgId, self.userid, found(row))
}
