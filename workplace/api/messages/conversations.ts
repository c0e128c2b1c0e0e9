import { sql } from 'drizzle-orm'
import type { OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { found } from '../errors.ts'

interface ConversationKey {
  kind: 'work' | 'org' | 'department' | 'direct'
  agentId?: number
  deptId?: number
  userid?: string
  otherUserid?: string
}

/** The conversation with this key, made when missing. */
export async function ensureConversation(scope: OrgScope, key: ConversationKey): Promise<string> {
  const row = await scope.one<{ id: string }>(sql`
    insert into conversations (org_id, id, kind, agent_id, dept_id, userid, other_userid)
    values (${scope.orgId}, ${uuidv7()}, ${key.kind}, ${key.agentId ?? null}, ${key.deptId ?? null},
      ${key.userid ?? null}, ${key.otherUserid ?? null})
    on conflict (org_id, kind, agent_id, dept_id, userid, other_userid) where kind <> 'group' do update set kind = excluded.kind
    returning id`)
  return found(row).id
}

/** The group chat of a department; its people come and go with the directory. */
export async function ensureDepartmentChat({ scope }: { scope: OrgScope }, deptId: number): Promise<void> {
  await ensureConversation(scope, { kind: 'department', deptId })
  await scope.run(
    sql`update departments set has_chat = true where org_id = ${scope.orgId} and dept_id = ${deptId}`,
  )
}

export const ensureOrgChat = (scope: OrgScope): Promise<string> => ensureConversation(scope, { kind: 'org' })

/** One to one: the same conversation whoever begins. */
export function ensureDirect(scope: OrgScope, a: string, b: string): Promise<string> {
  const [userid, otherUserid] = a < b ? [a, b] : [b, a]
  return ensureConversation(scope, { kind: 'direct', userid, otherUserid })
}
