import { sql } from 'drizzle-orm'
import type { Conversation } from '../../contracts/messages.ts'
import { uuidv7 } from '../db/uuid.ts'
import { found } from '../errors.ts'
import type { OrgCtx } from '../http/context.ts'
import { get, mine } from './conversations.service.ts'
import { bringIn, note, refuseFull, tellGroup, type Known } from './groups.service.ts'

/** Its owner may call it otherwise, as any group. */
const firstName = '使用帮助群'

/**
 * The group in which people of the org ask for help (Z-11). Whoever comes first makes it, with the main admins in it and
 * the longest of them as its owner; whoever comes later is brought in, and reads what was asked before.
 * @throws AppError `group.full`
 */
export async function openHelpGroup(ctx: OrgCtx): Promise<Conversation> {
  const { scope, orgId, self } = ctx
  const made = await scope.one<{ id: string }>(sql`
    insert into conversations (org_id, id, kind, name, is_help) values (${orgId}, ${uuidv7()}, 'group', ${firstName}, true)
    on conflict (org_id) where is_help do nothing returning id`)
  const { id } = made ?? found(await present(ctx))
  const added = await bringIn(ctx, id, [self])
  if (made) await bringInAdmins(ctx, id)
  await refuseFull(ctx, id)
  if (added.length > 0) await tellGroup(ctx, await mine(ctx, id))
  return get(ctx, id)
}

const present = ({ scope, orgId }: OrgCtx) =>
  scope.one<{ id: string }>(sql`select id from conversations where org_id = ${orgId} and is_help`)

async function bringInAdmins(ctx: OrgCtx, id: string): Promise<void> {
  const { scope, orgId } = ctx
  const admins = await scope.rows<Known>(sql`
    select userid, name from members where org_id = ${orgId} and role = 'main' order by created_at, userid`)
  const others = await bringIn(ctx, id, admins)
  await scope.run(sql`
    update conversation_members set is_owner = true
    where org_id = ${orgId} and conversation_id = ${id} and userid = ${admins[0]?.userid ?? null}`)
  if (others.length > 0) await note(ctx, id, { act: 'created', names: others.map(({ name }) => name) })
}
