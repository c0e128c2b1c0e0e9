import { Type, type Static } from 'typebox'
import { closed, Done, nullable, OrgParams, page, PageQuery, UserId } from './basics.ts'
import { contract } from './contract.ts'
import { Conversation, ConversationParams } from './messages.ts'

/** People in one group of chosen people. */
export const groupLimit = 500

const GroupName = Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' })
const People = Type.Array(UserId, { minItems: 1, maxItems: groupLimit })

export const createGroup = contract({
  method: 'POST',
  path: '/orgs/:orgId/groups',
  summary: 'A group of chosen people, mine; without a name it is called after them',
  permission: 'member',
  params: OrgParams,
  body: Type.Object({ userids: People, name: Type.Optional(GroupName) }, closed),
  response: Conversation,
  errors: ['group.full', 'request.invalid'],
})

export const renameGroup = contract({
  method: 'PATCH',
  path: '/orgs/:orgId/groups/:conversationId',
  summary: 'Owner: another name',
  permission: 'member',
  params: ConversationParams,
  body: Type.Object({ name: GroupName }, closed),
  response: Conversation,
  errors: ['group.not-owner', 'resource.missing'],
})

export const GroupMember = Type.Object({
  userid: UserId,
  name: Type.String(),
  avatar: nullable(Type.String()),
  title: Type.String(),
  isOwner: Type.Boolean(),
})
export type GroupMember = Static<typeof GroupMember>

export const listGroupMembers = contract({
  method: 'GET',
  path: '/orgs/:orgId/groups/:conversationId/members',
  summary: 'People of a group, its owner first, then by name; of the whole org and of departments as well',
  permission: 'member',
  params: ConversationParams,
  query: PageQuery,
  response: Type.Object({
    ...page(GroupMember).properties,
    total: Type.Integer(),
    /** What I may do with the group itself. */
    isMine: Type.Boolean(),
    isChosen: Type.Boolean({ description: 'people are added and removed by hand' }),
  }),
})

export const addGroupMembers = contract({
  method: 'POST',
  path: '/orgs/:orgId/groups/:conversationId/members',
  summary: 'Bring people into a group one is in',
  permission: 'member',
  params: ConversationParams,
  body: Type.Object({ userids: People }, closed),
  response: Conversation,
  errors: ['group.full', 'request.invalid', 'resource.missing'],
})

const GroupMemberParams = Type.Object({ ...ConversationParams.properties, userid: UserId })

export const removeGroupMember = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/groups/:conversationId/members/:userid',
  summary: 'Owner: take somebody out',
  permission: 'member',
  params: GroupMemberParams,
  response: Done,
  errors: ['group.not-owner', 'resource.missing'],
})

export const handOverGroup = contract({
  method: 'POST',
  path: '/orgs/:orgId/groups/:conversationId/owner',
  summary: 'Owner: make somebody in the group its owner',
  permission: 'member',
  params: ConversationParams,
  body: Type.Object({ userid: UserId }, closed),
  response: Conversation,
  errors: ['group.not-owner', 'resource.missing'],
})

export const leaveGroup = contract({
  method: 'POST',
  path: '/orgs/:orgId/groups/:conversationId/leave',
  summary: 'Out of the group; an owner is followed by who was in it longest',
  permission: 'member',
  params: ConversationParams,
  response: Done,
  errors: ['resource.missing'],
})

export const dissolveGroup = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/groups/:conversationId',
  summary: 'Owner: end the group, with what was written in it',
  permission: 'member',
  params: ConversationParams,
  response: Done,
  errors: ['group.not-owner', 'resource.missing'],
})

export const openHelpGroup = contract({
  method: 'POST',
  path: '/orgs/:orgId/help-group',
  summary: 'The group in which people of the org ask for help; the caller is in it from now on',
  permission: 'member',
  params: OrgParams,
  response: Conversation,
  errors: ['group.full'],
})
