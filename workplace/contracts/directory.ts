import { Type, type Static } from 'typebox'
import { Role } from './accounts.ts'
import { closed, DeptId, Done, nullable, OrgParams, page, Phone, UserId, Uuid } from './basics.ts'
import { contract } from './contract.ts'

export const Department = Type.Object({
  deptId: DeptId,
  name: Type.String(),
  parentId: nullable(DeptId),
  order: Type.Integer(),
  /** People in this department and everything below it. */
  memberCount: Type.Integer(),
  hasChat: Type.Boolean(),
})
export type Department = Static<typeof Department>

export const listDepartments = contract({
  method: 'GET',
  path: '/orgs/:orgId/departments',
  summary: 'All departments as a flat list; deptId 1 is the root',
  permission: 'member',
  params: OrgParams,
  response: Type.Object({ items: Type.Array(Department) }),
})

const DeptName = Type.String({ minLength: 1, maxLength: 64 })
const DeptParams = Type.Object({ orgId: Uuid, deptId: DeptId })

export const createDepartment = contract({
  method: 'POST',
  path: '/orgs/:orgId/departments',
  summary: 'Add a department',
  permission: 'elevated',
  params: OrgParams,
  body: Type.Object(
    {
      name: DeptName,
      parentId: DeptId,
      order: Type.Optional(Type.Integer()),
      makeChat: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  response: Department,
  errors: ['department.name-taken', 'department.name-invalid', 'resource.missing', 'department.outside'],
})

export const changeDepartment = contract({
  method: 'PATCH',
  path: '/orgs/:orgId/departments/:deptId',
  summary: 'Rename, move or reorder a department, or make its group chat',
  permission: 'elevated',
  params: DeptParams,
  body: Type.Object(
    {
      name: Type.Optional(DeptName),
      parentId: Type.Optional(DeptId),
      order: Type.Optional(Type.Integer()),
      makeChat: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  response: Department,
  errors: [
    'department.name-taken',
    'department.name-invalid',
    'department.root',
    'department.loop',
    'department.outside',
  ],
})

export const removeDepartment = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/departments/:deptId',
  summary: 'Remove an empty department',
  permission: 'elevated',
  params: DeptParams,
  response: Done,
  errors: ['department.not-empty', 'department.root', 'department.outside'],
})

export const MemberDepartment = Type.Object({
  deptId: DeptId,
  name: Type.String(),
  isLeader: Type.Boolean(),
})

export const Member = Type.Object({
  userid: UserId,
  name: Type.String(),
  /** Full for oneself and for admins over the member; masked for everyone else. */
  phone: Type.String(),
  email: Type.String(),
  title: Type.String(),
  jobNumber: Type.String(),
  role: Role,
  isActive: Type.Boolean({ description: 'has signed in at least once' }),
  departments: Type.Array(MemberDepartment),
  custom: Type.Record(Type.String(), Type.String()),
})
export type Member = Static<typeof Member>

const memberFilter = {
  deptId: Type.Optional(DeptId),
  /** Take members of departments below as well. */
  deep: Type.Optional(Type.Boolean()),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
}

export const listMembers = contract({
  method: 'GET',
  path: '/orgs/:orgId/members',
  summary: 'Members, of a department or of all',
  permission: 'member',
  params: OrgParams,
  query: Type.Object(memberFilter),
  response: page(Member),
})

export const searchMembers = contract({
  method: 'POST',
  path: '/orgs/:orgId/members/search',
  summary: 'The same list, of those whose name, pinyin, initials or phone fit what was typed',
  permission: 'member',
  params: OrgParams,
  body: Type.Object({ ...memberFilter, search: Type.String({ minLength: 1, maxLength: 60 }) }, closed),
  response: page(Member),
})

const MemberParams = Type.Object({ orgId: Uuid, userid: UserId })

export const getMember = contract({
  method: 'GET',
  path: '/orgs/:orgId/members/:userid',
  summary: 'One member',
  permission: 'member',
  params: MemberParams,
  response: Member,
})

const memberFields = {
  name: Type.String({ minLength: 1, maxLength: 80 }),
  phone: Phone,
  departments: Type.Array(Type.Object({ deptId: DeptId, isLeader: Type.Optional(Type.Boolean()) }, closed), {
    minItems: 1,
    maxItems: 100,
  }),
  title: Type.String({ maxLength: 200 }),
  jobNumber: Type.String({ maxLength: 50 }),
  email: Type.String({ maxLength: 50 }),
  custom: Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 2000 })),
}

export const createMember = contract({
  method: 'POST',
  path: '/orgs/:orgId/members',
  summary: 'Add a member',
  permission: 'elevated',
  params: OrgParams,
  body: Type.Object(
    {
      userid: Type.Optional(UserId),
      name: memberFields.name,
      phone: memberFields.phone,
      departments: memberFields.departments,
      title: Type.Optional(memberFields.title),
      jobNumber: Type.Optional(memberFields.jobNumber),
      email: Type.Optional(memberFields.email),
      custom: Type.Optional(memberFields.custom),
    },
    closed,
  ),
  response: Member,
  errors: [
    'member.phone-taken',
    'member.userid-taken',
    'member.phone-invalid',
    'org.full',
    'department.outside',
  ],
})

export const changeMember = contract({
  method: 'PATCH',
  path: '/orgs/:orgId/members/:userid',
  summary: 'Change a member',
  permission: 'elevated',
  params: MemberParams,
  body: Type.Partial(Type.Object(memberFields), closed),
  response: Member,
  errors: ['member.phone-taken', 'member.phone-invalid', 'department.outside'],
})

export const removeMember = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/members/:userid',
  summary: 'Take a member out of the org',
  permission: 'elevated',
  params: MemberParams,
  response: Done,
  errors: ['member.last-admin', 'department.outside'],
})

export const InviteTemplate = Type.Object({
  text: Type.String({ minLength: 5, maxLength: 300, description: 'may contain {name}, {org} and {link}' }),
})

export const getInviteTemplate = contract({
  method: 'GET',
  path: '/orgs/:orgId/invite-template',
  summary: 'Text of the invitation SMS',
  permission: 'admin',
  params: OrgParams,
  response: InviteTemplate,
})

export const setInviteTemplate = contract({
  method: 'PUT',
  path: '/orgs/:orgId/invite-template',
  summary: 'Change the text of the invitation SMS',
  permission: 'elevated',
  params: OrgParams,
  body: InviteTemplate,
  response: InviteTemplate,
})

export const sendInvitations = contract({
  method: 'POST',
  path: '/orgs/:orgId/invitations',
  summary: 'Queue an invitation SMS to members who have never signed in (at most one a day each)',
  permission: 'elevated',
  params: OrgParams,
  body: Type.Object({ userids: Type.Optional(Type.Array(UserId, { maxItems: 10_000 })) }, closed),
  response: Type.Object({ queued: Type.Integer() }),
})
