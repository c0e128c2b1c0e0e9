import { sql, type SQL } from 'drizzle-orm'
import type { Conversation, ConversationKind } from '../../contracts/messages.ts'
import { inEachOrg, type Membership } from '../accounts/accounts.service.ts'
import type { OrgScope } from '../db/database.ts'
import { suiteById, type Deps } from '../deps.ts'
import { found } from '../errors.ts'
import { notifyPersons } from '../events/notify.ts'
import type { OrgCtx, SessionCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import { ensureDirect } from './conversations.ts'
import { conversationsOf, unreadOf } from './unread.ts'

export interface ConversationRow {
  id: string
  kind: ConversationKind
  name: string
  agent_id: number | null
  dept_id: number | null
  userid: string | null
  other_userid: string | null
  suite_id: string | null
  org_name: string
  dept_name: string | null
  peer_name: string | null
  peer_avatar: string | null
  unread: number
  read_up_to: string | null
  is_muted: boolean
  is_pinned: boolean
  last_text: string
  last_kind: string
  last_sender_name: string | null
  last_at: Date | null
}

/** A conversation nobody has written in yet stands at the end of those that are not pinned. */
const placeOf = sql`(coalesce(s.is_pinned, false), coalesce(c.last_at, 'epoch'), c.id)`

const rowsOf = (
  scope: OrgScope,
  userid: string,
  given: { where: SQL; limit: number },
): Promise<ConversationRow[]> =>
  scope.rows<ConversationRow>(sql`
    select c.id, c.kind, c.name, c.agent_id, c.dept_id, c.userid, c.other_userid, c.last_text, c.last_kind, c.last_at,
      a.suite_id, o.name as org_name, d.name as dept_name, peer.name as peer_name, person.avatar as peer_avatar,
      sender.name as last_sender_name, r.read_up_to, coalesce(s.is_muted, false) as is_muted,
      coalesce(s.is_pinned, false) as is_pinned, ${unreadOf(userid)}::int as unread
    from (${conversationsOf(scope.orgId, userid)}) c
    join orgs o on o.id = c.org_id
    left join conversation_settings s on s.org_id = c.org_id and s.conversation_id = c.id and s.userid = ${userid}
    left join conversation_reads r on r.org_id = c.org_id and r.conversation_id = c.id and r.userid = ${userid}
    left join installed_apps a on a.org_id = c.org_id and a.agent_id = c.agent_id
    left join departments d on d.org_id = c.org_id and d.dept_id = c.dept_id
    left join members sender on sender.org_id = c.org_id and sender.userid = c.last_sender
    left join members peer on c.kind = 'direct' and peer.org_id = c.org_id
      and peer.userid = case when c.userid = ${userid} then c.other_userid else c.userid end
    left join persons person on person.id = peer.person_id
    where ${given.where} order by ${placeOf} desc limit ${given.limit}`)

export function view(deps: Deps, orgId: string, row: ConversationRow): Conversation {
  const suite = row.suite_id ? suiteById(deps, row.suite_id) : undefined
  const names: Record<ConversationKind, string> = {
    work: suite?.name ?? '工作通知',
    org: `${row.org_name} 全员群`,
    department: row.dept_name ?? '',
    direct: row.peer_name ?? '',
    group: row.name,
  }
  const isGroup = row.kind !== 'work' && row.kind !== 'direct'
  return {
    id: row.id,
    orgId,
    orgName: row.org_name,
    kind: row.kind,
    name: names[row.kind],
    icon: suite?.icon || row.peer_avatar,
    agentId: row.agent_id,
    canWrite: row.kind !== 'work',
    unread: row.unread,
    isMuted: row.is_muted,
    isPinned: row.is_pinned,
    readUpTo: row.read_up_to,
    lastText: row.last_text,
    lastKind: row.last_kind,
    lastSender: isGroup ? (row.last_sender_name ?? '') : '',
    lastAt: row.last_at?.toISOString() ?? null,
  }
}

const keyOf = ({ isPinned, lastAt, id }: Conversation): [string, string, string] => [
  String(isPinned),
  lastAt ?? new Date(0).toISOString(),
  id,
]

export async function list(
  ctx: SessionCtx,
  query: { orgId?: string; cursor?: string; limit?: number },
): Promise<{ items: Conversation[]; next: string | null }> {
  const limit = query.limit ?? 50
  const after = readCursor(query.cursor, 3)
  const where = after
    ? sql`${placeOf} < (${after[0]}::boolean, ${after[1]}::timestamptz, ${after[2]}::uuid)`
    : sql`true`
  const given = { where: sql`${where} and (c.kind <> 'direct' or c.last_at is not null)`, limit: limit + 1 }
  const ask = async (scope: OrgScope, { orgId, userid }: Membership) =>
    (await rowsOf(scope, userid, given)).map((row) => view(ctx.deps, orgId, row))
  const lists = await inEachOrg(ctx, ask, query.orgId)
  const all = lists.flat().sort((a, b) => (keyOf(a).join(' ') < keyOf(b).join(' ') ? 1 : -1))
  return toPage(all, limit, { item: (item) => item, key: keyOf })
}

/** The caller's own view of a conversation; one he is not in does not exist. */
export async function mine({ scope, self }: OrgCtx, id: string): Promise<ConversationRow> {
  return found((await rowsOf(scope, self.userid, { where: sql`c.id = ${id}`, limit: 1 }))[0])
}

export async function get(ctx: OrgCtx, id: string): Promise<Conversation> {
  return view(ctx.deps, ctx.orgId, await mine(ctx, id))
}

export async function openDirect(ctx: OrgCtx, userid: string): Promise<Conversation> {
  found(await ctx.scope.one(sql`select 1 from members where org_id = ${ctx.orgId} and userid = ${userid}`))
  return get(ctx, await ensureDirect(ctx.scope, ctx.self.userid, userid))
}

export async function changeSettings(
  ctx: OrgCtx,
  id: string,
  given: { isMuted?: boolean; isPinned?: boolean },
): Promise<Conversation> {
  await mine(ctx, id)
  const [isMuted, isPinned] = [given.isMuted ?? null, given.isPinned ?? null]
  // Two switches tapped one after the other may arrive together.
  await ctx.scope.run(sql`
    insert into conversation_settings as s (org_id, conversation_id, userid, is_muted, is_pinned)
    values (${ctx.orgId}, ${id}, ${ctx.self.userid}, coalesce(${isMuted}::boolean, false), coalesce(${isPinned}::boolean, false))
    on conflict (org_id, conversation_id, userid) do update
    set is_muted = coalesce(${isMuted}::boolean, s.is_muted), is_pinned = coalesce(${isPinned}::boolean, s.is_pinned)`)
  // One's other devices show it as well.
  const event = { type: 'conversations', orgId: ctx.orgId, conversationId: id } as const
  await notifyPersons(ctx.scope, [ctx.personId], event)
  return get(ctx, id)
}
