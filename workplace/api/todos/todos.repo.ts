import { sql, type SQL } from 'drizzle-orm'
import type { TodoPriority } from '../../contracts/todos.ts'
import { array, json, type OrgScope } from '../db/database.ts'
import { uuidv7 } from '../db/uuid.ts'
import { notifyMembers } from '../events/notify.ts'

export interface NewTodo {
  suiteId: string | null
  sourceId: string | null
  creator: string
  kind: 'TODO' | 'READ'
  subject: string
  description: string
  fields: readonly { fieldKey: string; fieldValue: string }[]
  appUrl: string
  pcUrl: string
  priority: TodoPriority
  executorsOnly: boolean
  dueAt: Date | null
  executors: readonly string[]
  participants: readonly string[]
}

export interface TodoRow extends Omit<NewTodo, 'executors' | 'participants'> {
  id: string
  modifier: string
  finishedAt: Date | null
  createdAt: Date
  modifiedAt: Date
}

export const todoColumns = sql`t.id, t.suite_id as "suiteId", t.source_id as "sourceId", t.creator, t.modifier, t.kind, t.subject,
  t.description, t.fields, t.app_url as "appUrl", t.pc_url as "pcUrl", t.priority, t.executors_only as "executorsOnly",
  t.due_at as "dueAt", t.finished_at as "finishedAt", t.created_at as "createdAt", t.modified_at as "modifiedAt"`

/** @returns the new id; null when the app has one of this source id already. */
export async function insert(scope: OrgScope, todo: NewTodo, now: Date): Promise<string | null> {
  const id = uuidv7()
  const added = await scope.run(sql`
    insert into todos (org_id, id, suite_id, source_id, creator, modifier, kind, subject, description, fields, app_url, pc_url,
      priority, executors_only, due_at, created_at, modified_at)
    values (${scope.orgId}, ${id}, ${todo.suiteId}, ${todo.sourceId}, ${todo.creator}, ${todo.creator}, ${todo.kind},
      ${todo.subject}, ${todo.description}, ${json(todo.fields)}, ${todo.appUrl}, ${todo.pcUrl}, ${todo.priority},
      ${todo.executorsOnly}, ${todo.dueAt}, ${now}, ${now})
    on conflict (org_id, suite_id, source_id) do nothing`)
  if (added === 0) return null
  await setPeople(scope, id, { role: 'executor', userids: todo.executors })
  await setPeople(scope, id, { role: 'participant', userids: todo.participants })
  await tell(scope, id, todo.executors)
  return id
}

/** Whoever stays keeps what he has done. */
export async function setPeople(
  scope: OrgScope,
  id: string,
  { role, userids }: { role: 'executor' | 'participant'; userids: readonly string[] },
): Promise<void> {
  await scope.run(sql`
    delete from todo_people where org_id = ${scope.orgId} and todo_id = ${id} and role = ${role}
      and userid <> all(${array(userids)}::text[])`)
  await scope.run(sql`
    insert into todo_people (org_id, todo_id, userid, role)
    select ${scope.orgId}::uuid, ${id}::uuid, u, ${role} from unnest(${array([...new Set(userids)])}::text[]) as u
    on conflict do nothing`)
}

export interface TodoChange {
  subject?: string
  description?: string
  dueAt?: Date | null
  fields?: NewTodo['fields']
}

export async function change(
  scope: OrgScope,
  id: string,
  given: { change: TodoChange; modifier: string; now: Date },
): Promise<void> {
  const { subject, description, dueAt, fields } = given.change
  await scope.run(sql`
    update todos set subject = coalesce(${subject ?? null}, subject), description = coalesce(${description ?? null}, description),
      due_at = case when ${dueAt === undefined} then due_at else ${dueAt ?? null}::timestamptz end,
      fields = coalesce(${fields ? json(fields) : null}::jsonb, fields), modifier = ${given.modifier}, modified_at = ${given.now}
    where org_id = ${scope.orgId} and id = ${id}`)
}

/** Null: everybody who is to do it. @returns how many of them there are. */
export async function setDone(
  scope: OrgScope,
  id: string,
  given: { userids: readonly string[] | null; isDone: boolean; now: Date },
): Promise<number> {
  const who = given.userids ? sql`userid = any(${array(given.userids)}::text[])` : sql`true`
  return scope.run(sql`
    update todo_people set done_at = case when ${given.isDone} then coalesce(done_at, ${given.now}::timestamptz) end
    where org_id = ${scope.orgId} and todo_id = ${id} and role = 'executor' and ${who}`)
}

/** After a change of who is to do it, or has: a to-do is finished when nobody has it still to do. */
export async function settle(
  scope: OrgScope,
  id: string,
  { modifier, now }: { modifier: string; now: Date },
): Promise<void> {
  await scope.run(sql`
    update todos t set modifier = ${modifier}, modified_at = ${now},
      finished_at = case when state.is_open then null else coalesce(t.finished_at, ${now}::timestamptz) end
    from (select exists (
      select 1 from todo_people x
      where x.org_id = ${scope.orgId} and x.todo_id = ${id} and x.role = 'executor' and x.done_at is null) as is_open) state
    where t.org_id = ${scope.orgId} and t.id = ${id}`)
}

export const byId = (scope: OrgScope, id: string, where: SQL = sql`true`): Promise<TodoRow | null> =>
  scope.one<TodoRow>(
    sql`select ${todoColumns} from todos t where t.org_id = ${scope.orgId} and t.id = ${id} and ${where} for update of t`,
  )

export async function remove(scope: OrgScope, id: string): Promise<void> {
  const executors = await executorsOf(scope, id)
  await scope.run(sql`delete from todos where org_id = ${scope.orgId} and id = ${id}`)
  await tell(scope, id, executors)
}

export async function executorsOf(scope: OrgScope, id: string): Promise<string[]> {
  const rows = await scope.rows<{ userid: string }>(
    sql`select userid from todo_people where org_id = ${scope.orgId} and todo_id = ${id} and role = 'executor'`,
  )
  return rows.map((row) => row.userid)
}

/** Those who have it on their lists hear of it, and nobody else. */
export const tell = (scope: OrgScope, id: string, executors: readonly string[]): Promise<void> =>
  notifyMembers(scope, [...new Set(executors)], { type: 'todo', orgId: scope.orgId, todoId: id })
