import { Type, type Static } from 'typebox'
import { closed, Done, Instant, nullable, OrgParams, page, PageQuery, UserId, Uuid } from './basics.ts'
import { contract } from './contract.ts'

/** As on the platform: 10 lower, 20 normal, 30 higher, 40 urgent. */
export const TodoPriority = Type.Union([
  Type.Literal(10),
  Type.Literal(20),
  Type.Literal(30),
  Type.Literal(40),
])
export type TodoPriority = Static<typeof TodoPriority>

export const Todo = Type.Object({
  id: Uuid,
  orgId: Uuid,
  orgName: Type.String(),
  subject: Type.String(),
  description: Type.String(),
  /** Rows of the card, as the app gave them. */
  fields: Type.Array(Type.Object({ key: Type.String(), value: Type.String() })),
  priority: TodoPriority,
  dueAt: nullable(Instant),
  createdAt: Instant,
  /** Of the caller when he is to do it, else of everybody. */
  isDone: Type.Boolean(),
  doneAt: nullable(Instant),
  /** The caller is to do it, and may say so and take it back. */
  canFinish: Type.Boolean(),
  /** A member's own, made in the client by the caller: may be taken back. */
  canDelete: Type.Boolean(),
  creatorName: Type.String(),
  executorCount: Type.Integer(),
  doneCount: Type.Integer(),
  /** The app it comes from; null: from a member, or from an app the org has removed. */
  app: nullable(Type.Object({ agentId: Type.Integer(), name: Type.String(), icon: Type.String() })),
  /** Pages of the app that show it; empty: none. To be opened like the link of a card. */
  appUrl: Type.String(),
  pcUrl: Type.String(),
})
export type Todo = Static<typeof Todo>

export const TodoRole = Type.Union([
  Type.Literal('executor'),
  Type.Literal('creator'),
  Type.Literal('participant'),
])
export type TodoRole = Static<typeof TodoRole>

export const listTodos = contract({
  method: 'GET',
  path: '/todos',
  summary: 'My to-dos over all my orgs: open ones by what is due first, done ones latest first',
  permission: 'session',
  query: Type.Object({
    ...PageQuery.properties,
    orgId: Type.Optional(Uuid),
    box: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('done')], { default: 'open' })),
    role: Type.Optional(TodoRole),
  }),
  response: page(Todo),
})

export const countTodos = contract({
  method: 'GET',
  path: '/todos/count',
  summary: 'How many to-dos I have still to do, over all my orgs',
  permission: 'session',
  response: Type.Object({ open: Type.Integer(), overdue: Type.Integer() }),
})

const TodoParams = Type.Object({ orgId: Uuid, todoId: Uuid })

export const getTodo = contract({
  method: 'GET',
  path: '/orgs/:orgId/todos/:todoId',
  summary: 'One to-do the caller executes, made or takes part in',
  permission: 'member',
  params: TodoParams,
  response: Todo,
  errors: ['resource.missing'],
})

export const listTodoExecutors = contract({
  method: 'GET',
  path: '/orgs/:orgId/todos/:todoId/executors',
  summary: 'Who is to do it and who has, by userid',
  permission: 'member',
  params: TodoParams,
  query: PageQuery,
  response: page(Type.Object({ userid: UserId, name: Type.String(), doneAt: nullable(Instant) })),
  errors: ['resource.missing'],
})

export const setTodoDone = contract({
  method: 'PUT',
  path: '/orgs/:orgId/todos/:todoId/done',
  summary: 'I have done it, or not after all',
  permission: 'member',
  params: TodoParams,
  body: Type.Object({ isDone: Type.Boolean() }, closed),
  response: Todo,
  errors: ['resource.missing'],
})

export const createTodo = contract({
  method: 'POST',
  path: '/orgs/:orgId/todos',
  summary: 'A to-do of a member’s own, for himself or for colleagues',
  permission: 'member',
  params: OrgParams,
  body: Type.Object(
    {
      subject: Type.String({ minLength: 1, maxLength: 1024 }),
      description: Type.Optional(Type.String({ maxLength: 4096 })),
      dueAt: Type.Optional(Instant),
      priority: Type.Optional(TodoPriority),
      /** Left out: the caller himself. */
      executors: Type.Optional(Type.Array(UserId, { minItems: 1, maxItems: 100 })),
    },
    closed,
  ),
  response: Todo,
  errors: ['request.invalid', 'resource.missing'],
})

export const deleteTodo = contract({
  method: 'DELETE',
  path: '/orgs/:orgId/todos/:todoId',
  summary: 'Take back a to-do of one’s own making',
  permission: 'member',
  params: TodoParams,
  response: Done,
  errors: ['resource.missing'],
})
