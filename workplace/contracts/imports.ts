import { Type, type Static } from 'typebox'
import { closed, Done, Instant, nullable, OrgParams, page, PageQuery, UserId, Uuid } from './basics.ts'
import { contract } from './contract.ts'

/** Why a row cannot be imported. Public: add, never rename. */
export const importReasons = {
  'name.missing': { zh: '姓名不能为空', en: 'The name is missing' },
  'name.too-long': { zh: '姓名超过 80 个字', en: 'The name is longer than 80 characters' },
  'phone.missing': { zh: '手机号不能为空', en: 'The phone is missing' },
  'phone.invalid': { zh: '手机号格式不正确', en: 'The phone number is not valid' },
  'phone.duplicate-in-file': { zh: '文件内手机号重复', en: 'The phone appears twice in the file' },
  'phone.taken': { zh: '手机号已属于其他员工', en: 'The phone belongs to another member' },
  'department.missing': { zh: '部门不能为空', en: 'The department is missing' },
  'department.invalid': { zh: '部门名称无效（1–64 字，不含 - , ，）', en: 'A department name is not valid' },
  'department.outside': { zh: '超出你管理的部门范围', en: 'Outside the departments you manage' },
  'department.too-many': { zh: '一个员工最多 100 个部门', en: 'At most 100 departments per member' },
  'userid.invalid': {
    zh: '员工UserID 格式不正确（1–64 位）',
    en: 'The staff id is not valid (1 to 64 characters)',
  },
  'userid.duplicate-in-file': { zh: '文件内员工UserID 重复', en: 'The staff id appears twice in the file' },
  'member.twice': { zh: '与文件中另一行是同一名员工', en: 'Another row of the file is the same member' },
  'member.is-admin': { zh: '只有主管理员可以修改管理员', en: 'Only a main admin may change an admin' },
  'leader.invalid': { zh: '“是否主管”只能填 是 或 否', en: '“Department head” must be 是 or 否' },
  'title.too-long': { zh: '职位超过 200 个字', en: 'The position is longer than 200 characters' },
  'job-number.too-long': { zh: '工号超过 50 个字', en: 'The work number is longer than 50 characters' },
  'email.invalid': { zh: '邮箱格式不正确', en: 'The e-mail address is not valid' },
  'custom.too-long': { zh: '自定义字段超过 2000 个字', en: 'A custom column is longer than 2000 characters' },
  'org.full': { zh: '超出团队人数上限', en: 'Beyond the org’s people limit' },
} as const satisfies Record<string, { zh: string; en: string }>
export type ImportReason = keyof typeof importReasons

export const ImportProblem = Type.Object({
  /** Row number as the spreadsheet shows it (1 is the first). */
  row: Type.Integer(),
  /** Heading text of the column as found in the file. */
  column: Type.String(),
  value: Type.String(),
  reason: Type.String({ description: 'a key of importReasons' }),
  text: Type.Object({ zh: Type.String(), en: Type.String() }),
})
export type ImportProblem = Static<typeof ImportProblem>

export const importStates = [
  'checking',
  'checked',
  'importing',
  'imported',
  'undoing',
  'undone',
  'failed',
  'cancelled',
] as const

/** Why the undo of an import left a member as he is. Public: add, never rename. */
export const keptReasons = {
  'signed-in': {
    zh: '已登录或已有账号，保留在通讯录中',
    en: 'Has signed in or has an account: stays a member',
  },
  admin: { zh: '已设为管理员，保留在通讯录中', en: 'Was made an admin: stays a member' },
  gone: { zh: '导入后已被移出团队', en: 'Was removed after the import' },
  'changed-since': {
    zh: '导入后又被修改，保留现在的内容',
    en: 'Was changed after the import: stays as it is now',
  },
  'phone-taken': { zh: '原手机号已属于其他员工', en: 'The phone of before belongs to another member now' },
  'department-gone': { zh: '原部门已不存在', en: 'A department of before is gone' },
} as const satisfies Record<string, { zh: string; en: string }>
export type KeptReason = keyof typeof keptReasons

const summary = {
  id: Uuid,
  fileName: Type.String(),
  /** The admin who uploaded it. */
  byName: Type.String(),
  state: Type.Enum(importStates),
  /** Set when state is failed: an error code such as import.unreadable. */
  failure: nullable(Type.String()),
  progress: Type.Object({ done: Type.Integer(), total: Type.Integer() }),
  counts: Type.Object({
    total: Type.Integer(),
    created: Type.Integer(),
    changed: Type.Integer(),
    unchanged: Type.Integer(),
    invalid: Type.Integer(),
    newDepartments: Type.Integer(),
  }),
  /** The file brings more than 50 people and the org is not certified (Z-05). */
  needsCertification: Type.Boolean(),
  rowsPerSecond: nullable(Type.Integer()),
  createdAt: Instant,
  importedAt: nullable(Instant),
  /** It is the last one, what it overwrote is still kept, and the caller may. */
  canUndo: Type.Boolean(),
  undone: nullable(
    Type.Object({
      removed: Type.Integer(),
      restored: Type.Integer(),
      kept: Type.Integer({ description: 'could not be undone; see listKept' }),
      departmentsRemoved: Type.Integer(),
      departmentsKept: Type.Integer({ description: 'others are in them by now' }),
    }),
  ),
}
export const ImportSummary = Type.Object(summary)
export type ImportSummary = Static<typeof ImportSummary>

export const DirectoryImport = Type.Object({
  ...summary,
  /** The first problems; the rest through listImportProblems. */
  problems: Type.Array(ImportProblem),
  problemCount: Type.Integer(),
})
export type DirectoryImport = Static<typeof DirectoryImport>

const ImportParams = Type.Object({ orgId: Uuid, importId: Uuid })

export const downloadImportTemplate = contract({
  method: 'GET',
  path: '/orgs/:orgId/directory-template.xlsx',
  summary: 'The template to fill in (Z-04)',
  permission: 'admin',
  params: OrgParams,
  binary: true,
})

export const exportDirectory = contract({
  method: 'GET',
  path: '/orgs/:orgId/directory-export.xlsx',
  summary: 'The directory in the template’s form: export, change, import again',
  permission: 'elevated',
  params: OrgParams,
  binary: true,
})

export const uploadImport = contract({
  method: 'POST',
  path: '/orgs/:orgId/imports',
  summary: 'Upload an .xls or .xlsx (multipart part `file`); it is checked whole, nothing is written yet',
  permission: 'elevated',
  params: OrgParams,
  upload: true,
  response: DirectoryImport,
  errors: ['import.too-large'],
})

export const listImports = contract({
  method: 'GET',
  path: '/orgs/:orgId/imports',
  summary: 'Imports, the newest first; a sub-admin is told of his own',
  permission: 'admin',
  params: OrgParams,
  query: PageQuery,
  response: page(ImportSummary),
})

export const getImport = contract({
  method: 'GET',
  path: '/orgs/:orgId/imports/:importId',
  summary: 'State, progress, counts and the first problems',
  permission: 'admin',
  params: ImportParams,
  response: DirectoryImport,
})

export const listImportProblems = contract({
  method: 'GET',
  path: '/orgs/:orgId/imports/:importId/problems',
  summary: 'The error table, in pages by row',
  permission: 'admin',
  params: ImportParams,
  query: Type.Object({ offset: Type.Optional(Type.Integer({ minimum: 0, default: 0 })) }),
  response: Type.Object({ items: Type.Array(ImportProblem), total: Type.Integer() }),
})

export const confirmImport = contract({
  method: 'POST',
  path: '/orgs/:orgId/imports/:importId/confirm',
  summary: 'Write the checked file',
  permission: 'elevated',
  params: ImportParams,
  body: Type.Object(
    {
      validRowsOnly: Type.Optional(Type.Boolean({ description: 'required when the file has problems' })),
      makeDepartmentChats: Type.Optional(Type.Boolean()),
      sendInvitations: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  response: DirectoryImport,
  errors: ['import.not-ready', 'import.has-problems', 'import.certification-required'],
})

export const cancelImport = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/imports/:importId',
  summary: 'Call an import off: nothing of it is written. One that is done can be undone',
  permission: 'admin',
  params: ImportParams,
  response: Done,
  errors: ['import.not-ready'],
})

export const undoImport = contract({
  method: 'POST',
  path: '/orgs/:orgId/imports/:importId/undo',
  summary: 'Undo the last import: overwritten members as they were, added ones who never signed in out again',
  permission: 'elevated',
  params: ImportParams,
  response: DirectoryImport,
  errors: ['import.cannot-undo'],
})

export const listKept = contract({
  method: 'GET',
  path: '/orgs/:orgId/imports/:importId/kept',
  summary: 'Members the undo left as they are, and why',
  permission: 'admin',
  params: ImportParams,
  query: PageQuery,
  response: page(
    Type.Object({
      userid: UserId,
      name: Type.String(),
      reason: Type.String({ description: 'a key of keptReasons' }),
      text: Type.Object({ zh: Type.String(), en: Type.String() }),
    }),
  ),
})
