import { sql } from 'drizzle-orm'
import type { ClientEvent } from '../../contracts/messages.ts'
import { notifyMembers, notifyOrg } from '../events/notify.ts'
import type { OrgScope } from '../db/database.ts'
import type { ConversationRow } from './conversations.service.ts'

type Talk = Pick<ConversationRow, 'id' | 'kind' | 'agent_id' | 'dept_id' | 'userid' | 'other_userid'>

/** A new or recalled message: everyone in the conversation hears of it. */
export const tellMessage = (scope: OrgScope, talk: Talk): Promise<void> =>
  tell(scope, talk, {
    type: 'message',
    orgId: scope.orgId,
    conversationId: talk.id,
    kind: talk.kind,
    agentId: talk.agent_id,
  })

export async function tell(scope: OrgScope, talk: Talk, event: ClientEvent): Promise<void> {
  if (talk.kind === 'org') return notifyOrg(scope, event)
  if (talk.kind === 'direct') return notifyMembers(scope, [talk.userid ?? '', talk.other_userid ?? ''], event)
  const people =
    talk.kind === 'group' ? await chosen(scope, talk.id) : await inDepartment(scope, Number(talk.dept_id))
  return notifyMembers(scope, people, event)
}

const useridsOf = async (rows: Promise<{ userid: string }[]>) => (await rows).map(({ userid }) => userid)

const chosen = (scope: OrgScope, id: string) =>
  useridsOf(
    scope.rows(
      sql`select userid from conversation_members where org_id = ${scope.orgId} and conversation_id = ${id}`,
    ),
  )

const inDepartment = (scope: OrgScope, deptId: number) =>
  useridsOf(
    scope.rows(
      sql`select userid from member_departments where org_id = ${scope.orgId} and dept_id = ${deptId}`,
    ),
  )

/** The lists of these people have one group more, one less, or one with another name. */
export const tellChange = (
  scope: OrgScope,
  userids: readonly string[],
  conversationId: string | null = null,
): Promise<void> =>
  notifyMembers(scope, userids, { type: 'conversations', orgId: scope.orgId, conversationId })

/** The chat of a department is new, or is called otherwise. */
export const tellDepartment = async (scope: OrgScope, deptId: number): Promise<void> =>
  tellChange(scope, await inDepartment(scope, deptId))
