import { sql, type SQL } from 'drizzle-orm'
import { addSeconds } from '../clock.ts'
import { isUuid } from '../db/uuid.ts'
import { todoColumns, type TodoRow } from '../todos/todos.repo.ts'
import { refusals } from './errors.ts'
import { textOf, type Fields } from './gateway.ts'
import type { Caller } from './tokens.ts'

const pageSize = 50
const doneShownSeconds = 180 * 86_400

/** The to-do as the API tells it, people by their union ids. */
export async function todoCard({ scope, suite }: Caller, todo: TodoRow): Promise<Record<string, unknown>> {
  const people = await scope.rows<{ union_id: string; userid: string; role: string }>(sql`
    select p.union_id, m.userid, x.role from members m join persons p on p.id = m.person_id
    left join todo_people x on x.org_id = m.org_id and x.userid = m.userid and x.todo_id = ${todo.id}
    where m.org_id = ${scope.orgId} and (x.todo_id is not null or m.userid in (${todo.creator}, ${todo.modifier}))`)
  const unionIdOf = (userid: string) => people.find((row) => row.userid === userid)?.union_id ?? ''
  const inRole = (role: string) => people.filter((row) => row.role === role).map((row) => row.union_id)
  return {
    id: todo.id,
    subject: todo.subject,
    description: todo.description,
    dueTime: todo.dueAt?.getTime(),
    finishTime: todo.finishedAt?.getTime(),
    done: todo.finishedAt !== null,
    executorIds: inRole('executor'),
    participantIds: inRole('participant'),
    detailUrl: { appUrl: todo.appUrl, pcUrl: todo.pcUrl },
    source: suite.suiteKey,
    sourceId: todo.sourceId ?? undefined,
    bizTag: `isv_${suite.appId}`,
    contentFieldList: todo.fields,
    isOnlyShowExecutor: todo.executorsOnly,
    priority: todo.priority,
    creatorId: unionIdOf(todo.creator),
    modifierId: unionIdOf(todo.modifier),
    createdTime: todo.createdAt.getTime(),
    modifiedTime: todo.modifiedAt.getTime(),
  }
}

const roles: Record<string, (scope: Caller['scope'], userid: string) => SQL> = {
  executor: () => sql`mine.userid is not null`,
  creator: (_scope, userid) => sql`t.creator = ${userid}`,
  participant: (scope, userid) => sql`exists (
    select 1 from todo_people p
    where p.org_id = ${scope.orgId} and p.todo_id = t.id and p.userid = ${userid} and p.role = 'participant')`,
}

/** `[["executor"], ["creator", "participant"]]`: one of the outer, all of the inner. */
function readRoles(caller: Caller, userid: string, value: unknown): SQL {
  const asked = Array.isArray(value) && value.length > 0 ? value : [['executor']]
  const alternatives = asked.map((inner: unknown) => {
    const names = (Array.isArray(inner) ? inner : [inner]).map(textOf)
    const conditions = names.map((name) => {
      const condition = Object.hasOwn(roles, name) ? roles[name] : undefined
      if (!condition) throw refusals.badValue('roleTypes', '取值 executor、creator、participant')
      return condition(caller.scope, userid)
    })
    return sql`(${sql.join(conditions, sql` and `)})`
  })
  return sql`(${sql.join(alternatives, sql` or `)})`
}

/** To-dos of one member that this app made, newest first. The token of the next page is the last id of this one. */
export async function queryTodos(
  caller: Caller,
  userid: string,
  { body, now }: { body: Fields; now: Date },
): Promise<Record<string, unknown>> {
  const { scope, suite } = caller
  const after = textOf(body['nextToken'])
  if (after !== '' && after !== '0' && !isUuid(after)) throw refusals.badValue('nextToken', '不合法的游标')
  const doneAt = sql`case when mine.userid is null then t.finished_at else mine.done_at end`
  const isDone = textOf(body['isDone'])
  const kind = textOf(body['todoType'])
  const rows = await scope.rows<TodoRow & { myDoneAt: Date | null; creatorUnionId: string | null }>(sql`
    select ${todoColumns}, ${doneAt} as "myDoneAt", p.union_id as "creatorUnionId"
    from todos t
    left join todo_people mine on mine.org_id = t.org_id and mine.todo_id = t.id and mine.userid = ${userid} and mine.role = 'executor'
    left join members c on c.org_id = t.org_id and c.userid = t.creator
    left join persons p on p.id = c.person_id
    where t.org_id = ${scope.orgId} and t.suite_id = ${suite.suiteId} and ${readRoles(caller, userid, body['roleTypes'])}
      and (${doneAt} is null or ${doneAt} > ${addSeconds(now, -doneShownSeconds)})
      ${isDone === '' ? sql`` : isDone === 'true' ? sql`and ${doneAt} is not null` : sql`and ${doneAt} is null`}
      ${kind === '' ? sql`` : sql`and t.kind = ${kind}`} ${isUuid(after) ? sql`and t.id < ${after}::uuid` : sql``}
    order by t.id desc limit ${pageSize + 1}`)
  const todoCards = rows.slice(0, pageSize).map((row) => ({
    taskId: row.id,
    subject: row.subject,
    dueTime: row.dueAt?.getTime(),
    detailUrl: { appUrl: row.appUrl, pcUrl: row.pcUrl },
    priority: row.priority,
    createdTime: row.createdAt.getTime(),
    modifiedTime: row.modifiedAt.getTime(),
    creatorId: row.creatorUnionId ?? '',
    sourceId: row.sourceId ?? undefined,
    bizTag: `isv_${suite.appId}`,
    isDone: row.myDoneAt !== null,
    todoType: row.kind,
  }))
  const last = todoCards.at(-1)
  return { todoCards, ...(rows.length > pageSize && last ? { nextToken: last.taskId } : {}) }
}
