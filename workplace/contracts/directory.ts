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
  hasChildren: Type.Boolean(),
  /** Given back with a change, so that a change of somebody else in the meantime is not undone. */
  version: Type.Integer(),
})
export type Department = Static<typeof Department>

/** Where a department hangs: from the root down to itself. */
export const Trail = Type.Array(Type.Object({ deptId: DeptId, name: Type.String() }))
const DepartmentOnTrail = Type.Object({ ...Department.properties, trail: Trail })
export type DepartmentOnTrail = Static<typeof DepartmentOnTrail>

/** Holds the name of the last row, of 80 characters in any script. */
const Cursor = Type.String({ maxLength: 1000 })
const Search = Type.String({ minLength: 1, maxLength: 60 })

export const listDepartments = contract({
  method: 'GET',
  path: '/orgs/:orgId/departments',
  summary: 'Departments below one, or all as a flat list; deptId 1 is the root',
  permission: 'member',
  params: OrgParams,
  query: Type.Object({
    parentId: Type.Optional(DeptId),
    managed: Type.Optional(
      Type.Boolean({
        description: 'of those the caller manages; without parentId the highest of them (Z-07)',
      }),
    ),
    cursor: Type.Optional(Cursor),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 200 })),
  }),
  response: page(Department),
})

const DeptName = Type.String({ minLength: 1, maxLength: 64 })
const DeptParams = Type.Object({ orgId: Uuid, deptId: DeptId })

export const getDepartment = contract({
  method: 'GET',
  path: '/orgs/:orgId/departments/:deptId',
  summary: 'One department, and where it hangs',
  permission: 'member',
  params: DeptParams,
  response: DepartmentOnTrail,
})

export const lookUpDepartments = contract({
  method: 'POST',
  path: '/orgs/:orgId/departments/look-up',
  summary: 'Departments by their numbers; those that are gone are left out',
  permission: 'member',
  params: OrgParams,
  body: Type.Object({ deptIds: Type.Array(DeptId, { maxItems: 500 }) }, closed),
  response: Type.Object({ items: Type.Array(Department) }),
})

export const searchDepartments = contract({
  method: 'POST',
  path: '/orgs/:orgId/departments/search',
  summary: 'Departments whose name, pinyin or initials fit what was typed',
  permission: 'member',
  params: OrgParams,
  body: Type.Object(
    {
      search: Search,
      cursor: Type.Optional(Cursor),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    },
    closed,
  ),
  response: page(DepartmentOnTrail),
})

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
      version: Type.Optional(Type.Integer()),
    },
    closed,
  ),
  response: Department,
  errors: [
    'directory.changed',
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
  /** As that of a department. */
  version: Type.String(),
})
export type Member = Static<typeof Member>

const memberFilter = {
  deptId: Type.Optional(DeptId),
  /** Take members of departments below as well. */
  deep: Type.Optional(Type.Boolean()),
  /** Only those the caller manages (Z-07). */
  managed: Type.Optional(Type.Boolean()),
  cursor: Type.Optional(Cursor),
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
  summary: 'Those whose name, pinyin, initials or phone fit what was typed, the best fit first',
  permission: 'member',
  params: OrgParams,
  body: Type.Object({ ...memberFilter, search: Search }, closed),
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
  body: Type.Partial(Type.Object({ ...memberFields, version: Type.String({ maxLength: 40 }) }), closed),
  response: Member,
  errors: [
    'directory.changed',
    'member.phone-taken',
    'member.phone-invalid',
    'member.is-admin',
    'department.outside',
  ],
})

export const removeMember = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/members/:userid',
  summary: 'Take a member out of the org',
  permission: 'elevated',
  params: MemberParams,
  response: Done,
  errors: ['member.last-admin', 'member.is-admin', 'department.outside'],
})

const Outcomes = Type.Object({
  items: Type.Array(
    Type.Object({
      userid: UserId,
      /** Null: it was done. */
      problem: nullable(Type.Object({ code: Type.String(), zh: Type.String(), en: Type.String() })),
    }),
  ),
})
export type Outcomes = Static<typeof Outcomes>
const several = Type.Array(UserId, { minItems: 1, maxItems: 200 })

export const moveMembers = contract({
  method: 'POST',
  path: '/orgs/:orgId/members/move',
  summary: 'Put members into one department instead of where they are; what became of each is told',
  permission: 'elevated',
  params: OrgParams,
  body: Type.Object({ userids: several, deptId: DeptId }, closed),
  response: Outcomes,
  errors: ['department.outside', 'resource.missing'],
})

export const removeMembers = contract({
  method: 'POST',
  path: '/orgs/:orgId/members/removal',
  summary: 'Take several members out of the org; what became of each is told',
  permission: 'elevated',
  params: OrgParams,
  body: Type.Object({ userids: several }, closed),
  response: Outcomes,
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
  permission: 'main-elevated',
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
