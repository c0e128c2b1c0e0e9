import { Type, type Static, type TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { WorkplaceRefused } from '../../ports/workplace.ts'
import type { Body } from './client.ts'

/** Ids come as numbers or as text, depending on the call and its age. */
const Id = Type.Union([Type.Integer(), Type.String()])

export const AuthInfo = Type.Object({
  auth_corp_info: Type.Object({
    corpid: Type.Optional(Type.String()),
    corp_name: Type.String(),
    full_corp_name: Type.Optional(Type.String()),
  }),
  auth_info: Type.Object({
    agent: Type.Array(Type.Object({ agentid: Id, appid: Type.Optional(Id) })),
  }),
})

export const Scopes = Type.Object({
  auth_org_scopes: Type.Object({
    authed_user: Type.Optional(Type.Array(Type.String())),
    authed_dept: Type.Optional(Type.Array(Type.Integer())),
  }),
})

/** `close`: 0 switched off, 1 in use, 2 not activated yet. */
export const Agent = Type.Object({ close: Type.Integer() })

export const Department = Type.Object({
  dept_id: Type.Integer(),
  name: Type.String(),
  parent_id: Type.Optional(Type.Integer()),
  order: Type.Optional(Type.Integer()),
})
export type Department = Static<typeof Department>
export const Departments = Type.Object({ result: Type.Array(Department) })
export const OneDepartment = Type.Object({ result: Department })

export const User = Type.Object({
  userid: Type.String(),
  unionid: Type.Optional(Type.String()),
  name: Type.String(),
  title: Type.Optional(Type.String()),
  job_number: Type.Optional(Type.String()),
  dept_id_list: Type.Optional(Type.Array(Type.Integer())),
  leader_in_dept: Type.Optional(Type.Array(Type.Object({ dept_id: Type.Integer(), leader: Type.Boolean() }))),
  /** `v2/user/list` says it per department instead. */
  leader: Type.Optional(Type.Boolean()),
  admin: Type.Optional(Type.Boolean()),
})
export type User = Static<typeof User>
export const OneUser = Type.Object({ result: User })
export const UserPage = Type.Object({
  result: Type.Object({
    has_more: Type.Boolean(),
    next_cursor: Type.Optional(Type.Integer()),
    list: Type.Optional(Type.Array(User)),
  }),
})

export const Admins = Type.Object({
  result: Type.Array(Type.Object({ userid: Type.String(), sys_level: Type.Integer() })),
})
export const AdminScope = Type.Object({ dept_ids: Type.Optional(Type.Array(Type.Integer())) })

export const SignedIn = Type.Object({
  result: Type.Object({
    userid: Type.String(),
    sys: Type.Optional(Type.Boolean()),
    sys_level: Type.Optional(Type.Integer()),
  }),
})

export const Task = Type.Object({ task_id: Id })
export const Progress = Type.Object({ progress: Type.Object({ status: Type.Integer() }) })
const UserIds = Type.Optional(Type.Array(Type.String()))
export const SendReport = Type.Object({
  send_result: Type.Object({
    invalid_user_id_list: UserIds,
    forbidden_user_id_list: UserIds,
    failed_user_id_list: UserIds,
    read_user_id_list: UserIds,
    unread_user_id_list: UserIds,
    forbidden_list: Type.Optional(
      Type.Array(Type.Object({ code: Id, userid: Type.Optional(Type.String()) })),
    ),
  }),
})

export type SendReport = Static<typeof SendReport>['send_result']

export const PermanentCode = Type.Object({
  permanent_code: Type.String(),
  auth_corp_info: Type.Object({ corpid: Type.String() }),
})

/**
 * Checks an answer against what the fact sheet says it holds; members it may leave out come as null now and then.
 * @throws WorkplaceRefused `answer.malformed`
 */
export function read<S extends TSchema>(schema: S, body: Body): Static<S> {
  const answer: unknown = withoutNulls(body)
  if (!Value.Check(schema, answer)) {
    const [first] = Value.Errors(schema, answer)
    // Where, never what: the answer may hold names.
    throw new WorkplaceRefused('answer.malformed', `answer does not fit at ${first?.instancePath ?? '/'}`)
  }
  return answer
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== null)
      .map(([name, each]) => [name, withoutNulls(each)]),
  )
}
