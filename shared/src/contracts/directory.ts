import { Type, type Static } from 'typebox'
import { changes, none, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, DepartmentId, Instant, Nullable, PageOf, pageQuery, SearchText, Uuid } from './fields.ts'

export const DirectorySync = Type.Object({
  state: Type.Union([
    Type.Literal('never'),
    Type.Literal('running'),
    Type.Literal('done'),
    Type.Literal('failed'),
  ]),
  reason: Nullable(Type.String()),
  departments: Count,
  members: Count,
  startedAt: Nullable(Instant),
  finishedAt: Nullable(Instant),
})
export type DirectorySync = Static<typeof DirectorySync>

export const getDirectorySync = contract({
  method: 'GET',
  path: '/directory/sync',
  summary: 'How far the copy of the directory is (Z-21)',
  permission: 'directory.read',
  audit: none('counts'),
  response: DirectorySync,
  errors: [],
})

export const startDirectorySync = contract({
  method: 'POST',
  path: '/directory/sync',
  summary: 'Read the whole directory again',
  permission: 'directory.sync',
  repeatable: true,
  audit: changes('directory.sync-asked', { object: 'directory' }),
  response: DirectorySync,
  errors: ['sync.running'],
})

export const Department = Type.Object({
  id: DepartmentId,
  parentId: Nullable(DepartmentId),
  name: Type.String(),
  members: Count,
  hasChildren: Type.Boolean(),
})
export type Department = Static<typeof Department>

export const listDepartments = contract({
  method: 'GET',
  path: '/directory/departments',
  summary: 'Departments below one, with the number of members below each',
  permission: 'directory.read',
  scope: 'directory.read',
  audit: none('departments and counts'),
  query: Type.Object({ parentId: Type.Optional(DepartmentId) }),
  response: Type.Object({ items: Type.Array(Department) }),
  errors: [],
})

export const Member = Type.Object({
  id: Uuid,
  userId: Type.String(),
  name: Type.String(),
  department: Type.String(),
})
export type Member = Static<typeof Member>

const memberFilter = { ...pageQuery, departmentId: Type.Optional(DepartmentId) }

export const listMembers = contract({
  method: 'GET',
  path: '/directory/members',
  summary: 'Members, of a department or of all',
  permission: 'directory.read',
  scope: 'directory.read',
  audit: reads('directory.members-read', {
    object: 'directory',
    people: ['response.items.id'],
    detail: ['query.departmentId'],
  }),
  query: Type.Object(memberFilter),
  response: PageOf(Member),
  errors: [],
})

export const searchMembers = contract({
  method: 'POST',
  path: '/directory/members/search',
  summary: 'The same list, of those whose name or spelling fits what was typed',
  permission: 'directory.read',
  audit: reads('directory.members-read', {
    object: 'directory',
    people: ['response.items.id'],
    detail: ['body.departmentId'],
  }),
  body: Type.Object({ ...memberFilter, search: SearchText }, { additionalProperties: false }),
  response: PageOf(Member),
  errors: [],
})
