import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { isUuid } from '../db/uuid.ts'
import * as todos from '../todos/todos.repo.ts'
import { refusals } from './errors.ts'
import { readObject } from './fields.ts'
import { openapi, textOf, type Call } from './gateway.ts'
import { queryTodos, todoCard } from './todo-cards.ts'
import * as read from './todo-fields.ts'
import { withCaller, type Caller } from './tokens.ts'
import { withUserCaller } from './user-tokens.ts'

const users = '/v1.0/todo/users'
const one = `${users}/:unionId/tasks/:taskId`

/**
 * To-dos of an ISV's app: making one takes the person's own token (`openAuth` of type 0), everything after that the token
 * of the app in the org.
 */
export function platformTodoRoutes(app: FastifyInstance): void {
  openapi(app, 'POST', `${users}/:unionId/tasks`, create)
  openapi(app, 'POST', `${users}/me/personalTasks`, createPersonal)
  openapi(app, 'PUT', one, (call) => change(call))
  openapi(app, 'PUT', `${one}/executorStatus`, setStatus)
  openapi(app, 'DELETE', one, (call) =>
    onTodo(call, async (caller, todo) => {
      await todos.remove(caller.scope, todo.id)
      return { result: true, requestId: randomUUID() }
    }),
  )
  openapi(app, 'GET', one, (call) =>
    onTodo(call, async (caller, todo) => ({ ...(await todoCard(caller, todo)), requestId: randomUUID() })),
  )
  openapi(app, 'GET', `${users}/:unionId/tasks/sources/:sourceId`, bySource)
  openapi(app, 'POST', `${users}/:unionId/org/tasks/query`, (call) =>
    withCaller(call, async (caller) => {
      const userid = await read.requireUnionId(caller, call.params['unionId'] ?? '')
      return queryTodos(caller, userid, { body: call.body, now: call.deps.clock.now() })
    }),
  )
}

const consent = (token: string) => ({ token, scope: 'Todo.Todo.Write' })

const create = ({ deps, body, token, params, query }: Call): Promise<Record<string, unknown>> =>
  withUserCaller(deps, consent(token), async (caller, self) => {
    for (const id of [params['unionId'], textOf(body['creatorId']) || self.unionId, query['operatorId']])
      if (id !== undefined && id !== self.unionId) throw refusals.badValue('unionId', '与授权用户不一致')
    const executors = await read.readPeople(caller, body, 'executorIds')
    const todo: todos.NewTodo = {
      suiteId: caller.suite.suiteId,
      sourceId: read.readSourceId(body),
      creator: self.userid,
      kind: read.readKind(body),
      subject: read.readSubject(body),
      description: read.readDescription(body),
      fields: read.readContentFields(body),
      ...read.readDetailUrl(body),
      priority: read.readPriority(body),
      executorsOnly: body['isOnlyShowExecutor'] === true,
      dueAt: read.readDueTime(body),
      executors: executors?.length ? executors : [self.userid],
      participants: (await read.readPeople(caller, body, 'participantIds')) ?? [],
    }
    const id = await todos.insert(caller.scope, todo, deps.clock.now())
    const row = id === null ? null : await todos.byId(caller.scope, id)
    // What the live platform answers is not published; one to-do has one source id in any case.
    if (!row) throw refusals.badValue('sourceId', '已存在')
    return { ...(await todoCard(caller, row)), requestId: randomUUID() }
  })

/** As if the person had written it in the client. */
const createPersonal = ({ deps, body, token }: Call): Promise<Record<string, unknown>> =>
  withUserCaller(deps, consent(token), async (caller, self) => {
    const executors = await read.readPeople(caller, body, 'executorIds')
    const now = deps.clock.now()
    const taskId = await todos.insert(
      caller.scope,
      {
        suiteId: null,
        sourceId: null,
        creator: self.userid,
        kind: 'TODO',
        subject: read.readSubject(body),
        description: read.readDescription(body),
        fields: [],
        appUrl: '',
        pcUrl: '',
        priority: 20,
        executorsOnly: false,
        dueAt: read.readDueTime(body),
        executors: executors?.length ? executors : [self.userid],
        participants: (await read.readPeople(caller, body, 'participantIds')) ?? [],
      },
      now,
    )
    return { taskId, createdTime: now.getTime() }
  })

/** The to-do of the path: made by this app, and one the person of the path has to do with. */
function onTodo(
  call: Call,
  work: (caller: Caller, todo: todos.TodoRow, modifier: string) => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { params, query } = call
  return withCaller(call, async (caller) => {
    const userid = await read.requireUnionId(caller, params['unionId'] ?? '')
    const modifier = query['operatorId'] ? await read.requireUnionId(caller, query['operatorId']) : userid
    const id = params['taskId'] ?? ''
    const todo = isUuid(id)
      ? await todos.byId(
          caller.scope,
          id,
          sql`t.suite_id = ${caller.suite.suiteId} and (t.creator = ${userid} or exists (
            select 1 from todo_people x where x.org_id = t.org_id and x.todo_id = t.id and x.userid = ${userid}))`,
        )
      : null
    if (!todo) throw refusals.noSuchTodo()
    return work(caller, todo, modifier)
  })
}

const change = (call: Call): Promise<Record<string, unknown>> =>
  onTodo(call, async (caller, todo, modifier) => {
    const { scope } = caller
    const { body } = call
    const now = call.deps.clock.now()
    const before = await todos.executorsOf(scope, todo.id)
    await todos.change(scope, todo.id, {
      change: {
        ...(body['subject'] === undefined ? {} : { subject: read.readSubject(body) }),
        ...(body['description'] === undefined ? {} : { description: read.readDescription(body) }),
        ...(body['dueTime'] === undefined ? {} : { dueAt: read.readDueTime(body) }),
        ...(body['contentFieldList'] === undefined ? {} : { fields: read.readContentFields(body) }),
      },
      modifier,
      now,
    })
    for (const [name, role] of [
      ['executorIds', 'executor'],
      ['participantIds', 'participant'],
    ] as const) {
      const userids = await read.readPeople(caller, body, name)
      // A to-do of nobody could never be done.
      if (userids && (role === 'participant' || userids.length > 0))
        await todos.setPeople(scope, todo.id, { role, userids })
    }
    if (typeof body['done'] === 'boolean')
      await todos.setDone(scope, todo.id, { userids: null, isDone: body['done'], now })
    await todos.settle(scope, todo.id, { modifier, now })
    await todos.tell(scope, todo.id, [...before, ...(await todos.executorsOf(scope, todo.id))])
    return { result: true }
  })

const setStatus = (call: Call): Promise<Record<string, unknown>> =>
  onTodo(call, async (caller, todo, modifier) => {
    const list = call.body['executorStatusList']
    if (!Array.isArray(list) || list.length === 0) throw refusals.missing('executorStatusList')
    const now = call.deps.clock.now()
    for (const isDone of [true, false]) {
      const ids = list.flatMap((item: unknown) => {
        const status = readObject(item) ?? {}
        return status['isDone'] === isDone ? [textOf(status['id'])] : []
      })
      const userids = await read.readPeople(caller, { executorStatusList: ids }, 'executorStatusList')
      await todos.setDone(caller.scope, todo.id, { userids: userids ?? [], isDone, now })
    }
    await todos.settle(caller.scope, todo.id, { modifier, now })
    await todos.tell(caller.scope, todo.id, await todos.executorsOf(caller.scope, todo.id))
    return { result: true }
  })

const bySource = (call: Call): Promise<Record<string, unknown>> =>
  withCaller(call, async (caller) => {
    const { params } = call
    await read.requireUnionId(caller, params['unionId'] ?? '')
    const row = await caller.scope.one<todos.TodoRow>(sql`
      select ${todos.todoColumns} from todos t
      where t.org_id = ${caller.orgId} and t.suite_id = ${caller.suite.suiteId} and t.source_id = ${params['sourceId'] ?? ''}`)
    if (!row) throw refusals.noSuchTodo()
    return { ...(await todoCard(caller, row)), requestId: randomUUID() }
  })
