import { sql } from 'drizzle-orm'
import { groupLimit } from '../../contracts/groups.ts'
import type { Conversation, NoticeBody } from '../../contracts/messages.ts'
import { array } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { AppError } from '../errors.ts'
import type { OrgCtx } from '../http/context.ts'
import { get, mine, type ConversationRow } from './conversations.service.ts'
import { append } from './deliver.ts'
import { isOwner, ownerOf } from './group-members.ts'
import { tell, tellChange, tellMessage } from './tell.ts'

/** Names told in a notice, and those a group is called after. */
const toldNames = 20
const namedAfter = 3

export async function create(
  ctx: OrgCtx,
  given: { userids: readonly string[]; name?: string },
): Promise<Conversation> {
  const { scope, orgId, self, now } = ctx
  const people = await known(
    ctx,
    given.userids.filter((userid) => userid !== self.userid),
  )
  const names = people.map(({ name }) => name)
  const id = uuidv7()
  const name = given.name?.trim() ?? [self.name, ...names].slice(0, namedAfter).join('、').slice(0, 60)
  await scope.run(
    sql`insert into conversations (org_id, id, kind, name) values (${orgId}, ${id}, 'group', ${name})`,
  )
  await scope.run(sql`
    insert into conversation_members (org_id, conversation_id, userid, is_owner, joined_at)
    values (${orgId}, ${id}, ${self.userid}, true, ${now})`)
  await bringIn(ctx, id, people)
  await note(ctx, id, { act: 'created', names })
  await tellChange(scope, [self.userid, ...people.map(({ userid }) => userid)], id)
  return get(ctx, id)
}

export async function add(ctx: OrgCtx, id: string, userids: readonly string[]): Promise<Conversation> {
  const group = await chosen(ctx, id)
  const added = await bringIn(ctx, id, await known(ctx, userids))
  if (added.length > 0) {
    await note(ctx, id, { act: 'added', names: added.map(({ name }) => name) })
    await tellGroup(ctx, group)
  }
  await refuseFull(ctx, id)
  return get(ctx, id)
}

/** Asked when people are in it already: those who were in it before count once. */
export async function refuseFull({ scope, orgId }: OrgCtx, id: string): Promise<void> {
  const row = await scope.one<{ people: number }>(sql`
    select count(*) as people from conversation_members where org_id = ${orgId} and conversation_id = ${id}`)
  if ((row?.people ?? 0) > groupLimit) throw new AppError('group.full', { limit: groupLimit })
}

export async function remove(ctx: OrgCtx, id: string, userid: string): Promise<{ done: true }> {
  const group = await owned(ctx, id)
  const name = await takeOut(ctx, id, userid)
  if (userid === ctx.self.userid || name === null) throw new AppError('resource.missing')
  await note(ctx, id, { act: 'removed', names: [name] })
  await tellGroup(ctx, group)
  await tellChange(ctx.scope, [userid], id)
  return { done: true }
}

export async function leave(ctx: OrgCtx, id: string): Promise<{ done: true }> {
  const { scope, orgId, self } = ctx
  const group = await chosen(ctx, id)
  await takeOut(ctx, id, self.userid)
  await note(ctx, id, { act: 'left', names: [] })
  await tellGroup(ctx, group)
  await tellChange(scope, [self.userid], id)
  // Nobody can come in any more.
  await scope.run(sql`
    delete from conversations c where c.org_id = ${orgId} and c.id = ${id}
      and not exists (select 1 from conversation_members m where m.org_id = c.org_id and m.conversation_id = c.id)`)
  return { done: true }
}

export async function rename(ctx: OrgCtx, id: string, given: string): Promise<Conversation> {
  const group = await owned(ctx, id)
  const name = given.trim()
  if (name !== group.name) {
    await ctx.scope.run(
      sql`update conversations set name = ${name} where org_id = ${ctx.orgId} and id = ${id}`,
    )
    await note(ctx, id, { act: 'renamed', names: [], title: name })
    await tellGroup(ctx, group)
  }
  return get(ctx, id)
}

export async function handOver(ctx: OrgCtx, id: string, userid: string): Promise<Conversation> {
  const group = await owned(ctx, id)
  const [person] = await known(ctx, [userid])
  const marked = await ctx.scope.run(sql`
    update conversation_members set is_owner = true
    where org_id = ${ctx.orgId} and conversation_id = ${id} and userid = ${userid}`)
  if (marked === 0 || !person) throw new AppError('resource.missing')
  await ctx.scope.run(sql`
    update conversation_members set is_owner = false
    where org_id = ${ctx.orgId} and conversation_id = ${id} and userid <> ${userid}`)
  await note(ctx, id, { act: 'owner', names: [person.name] })
  await tellGroup(ctx, group)
  return get(ctx, id)
}

export async function dissolve(ctx: OrgCtx, id: string): Promise<{ done: true }> {
  const group = await owned(ctx, id)
  await tellGroup(ctx, group)
  await ctx.scope.run(sql`delete from conversations where org_id = ${ctx.orgId} and id = ${id}`)
  return { done: true }
}

/** A group of chosen people the caller is in. */
async function chosen(ctx: OrgCtx, id: string): Promise<ConversationRow> {
  const group = await mine(ctx, id)
  if (group.kind !== 'group') throw new AppError('resource.missing')
  return group
}

/** Locked, so that of two who hand over or take out at once the second sees what the first did. */
async function owned(ctx: OrgCtx, id: string): Promise<ConversationRow> {
  const group = await chosen(ctx, id)
  await ctx.scope.run(sql`select 1 from conversations where org_id = ${ctx.orgId} and id = ${id} for update`)
  if (!(await isOwner(ctx.scope, id, ctx.self.userid))) throw new AppError('group.not-owner')
  return group
}

export interface Known {
  userid: string
  name: string
}

/** Members of the org, each once; somebody unknown makes the request a bad one. */
async function known({ scope, orgId }: OrgCtx, userids: readonly string[]): Promise<Known[]> {
  const wanted = [...new Set(userids)]
  const people = await scope.rows<Known>(sql`
    select userid, name from members where org_id = ${orgId} and userid = any(${array(wanted)}::text[])`)
  if (people.length !== wanted.length || wanted.length === 0)
    throw new AppError('request.invalid', { part: 'userids' })
  const places = new Map(wanted.map((userid, place) => [userid, place]))
  return people.sort((a, b) => (places.get(a.userid) ?? 0) - (places.get(b.userid) ?? 0))
}

/** Those who were not in it; for them everything written before is read. */
export async function bringIn(ctx: OrgCtx, id: string, people: readonly Known[]): Promise<Known[]> {
  const { scope, orgId, now } = ctx
  const rows = await scope.rows<{ userid: string }>(sql`
    insert into conversation_members (org_id, conversation_id, userid, joined_at)
    select ${orgId}::uuid, ${id}::uuid, t.userid, ${now}::timestamptz
    from unnest(${array(people.map(({ userid }) => userid))}::text[]) as t (userid)
    on conflict (org_id, conversation_id, userid) do nothing returning userid`)
  const added = new Set(rows.map(({ userid }) => userid))
  await scope.run(sql`
    insert into conversation_reads (org_id, conversation_id, userid, read_up_to)
    select c.org_id, c.id, t.userid, c.last_message_id
    from conversations c, unnest(${array([...added])}::text[]) as t (userid)
    where c.org_id = ${orgId} and c.id = ${id} and c.last_message_id is not null
    on conflict (org_id, conversation_id, userid) do update set read_up_to = excluded.read_up_to`)
  return people.filter(({ userid }) => added.has(userid))
}

/** The name of who is out now; null: was not in it. A mark of ownership is written for who follows. */
async function takeOut({ scope, orgId }: OrgCtx, id: string, userid: string): Promise<string | null> {
  const gone = await scope.one<{ name: string }>(sql`
    delete from conversation_members cm using members m
    where cm.org_id = ${orgId} and cm.conversation_id = ${id} and cm.userid = ${userid}
      and m.org_id = cm.org_id and m.userid = cm.userid returning m.name`)
  await scope.run(sql`
    update conversation_members set is_owner = true
    where org_id = ${orgId} and conversation_id = ${id} and userid = ${ownerOf(orgId, id)}`)
  return gone?.name ?? null
}

/** Told among the messages, by nobody. */
export async function note(
  { scope, self, now }: OrgCtx,
  conversationId: string,
  given: { act: NoticeBody['act']; names: readonly string[]; title?: string },
): Promise<void> {
  const names = given.names.slice(0, toldNames)
  const { act, title = '' } = given
  const notice = { act, by: self.name, names, count: given.names.length, title }
  await append(scope, { conversationId, sender: null, content: { msgtype: 'notice', notice }, now })
}

export async function tellGroup({ scope, orgId }: OrgCtx, group: ConversationRow): Promise<void> {
  await tell(scope, group, { type: 'conversations', orgId, conversationId: group.id })
  await tellMessage(scope, group)
}
