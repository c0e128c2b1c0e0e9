import { sql, type SQL } from 'drizzle-orm'
import type { Todo, TodoPriority, TodoRole } from '../../contracts/todos.ts'
import { inEachOrg, type Membership } from '../accounts/accounts.service.ts'
import { array, type OrgScope } from '../db/database.ts'
import { isUuid } from '../db/uuid.ts'
import { suiteById, type Deps } from '../deps.ts'
import { AppError, found } from '../errors.ts'
import type { OrgCtx, SessionCtx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'
import * as todos from './todos.repo.ts'

interface ListRow extends todos.TodoRow {
  org_id: string
  org_name: string
  creator_name: string | null
  agent_id: number | null
  is_mine: boolean
  my_done_at: Date | null
  executors: number
  done: number
}

const rowsOf = (scope: OrgScope, userid: string, rest: SQL): Promise<ListRow[]> =>
  scope.rows<ListRow>(sql`
    select ${todos.todoColumns}, t.org_id, o.name as org_name, c.name as creator_name, a.agent_id,
      (mine.userid is not null) as is_mine, mine.done_at as my_done_at, counts.executors, counts.done
    from todos t join orgs o on o.id = t.org_id
    left join members c on c.org_id = t.org_id and c.userid = t.creator
    left join installed_apps a on a.org_id = t.org_id and a.suite_id = t.suite_id
    left join todo_people mine on mine.org_id = t.org_id and mine.todo_id = t.id and mine.userid = ${userid} and mine.role = 'executor'
    cross join lateral (
      select count(*)::int as executors, count(x.done_at)::int as done from todo_people x
      where x.org_id = t.org_id and x.todo_id = t.id and x.role = 'executor') counts
    where t.org_id = ${scope.orgId} and ${rest}`)

const doneAtOf = (row: ListRow): Date | null => (row.is_mine ? row.my_done_at : row.finishedAt)

function view(deps: Deps, userid: string, row: ListRow): Todo {
  const suite = row.suiteId ? suiteById(deps, row.suiteId) : undefined
  const doneAt = doneAtOf(row)
  return {
    id: row.id,
    orgId: row.org_id,
    orgName: row.org_name,
    subject: row.subject,
    description: row.description,
    fields: row.fields.map(({ fieldKey, fieldValue }) => ({ key: fieldKey, value: fieldValue })),
    priority: row.priority,
    dueAt: row.dueAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    isDone: doneAt !== null,
    doneAt: doneAt?.toISOString() ?? null,
    canFinish: row.is_mine,
    canDelete: row.suiteId === null && row.creator === userid,
    creatorName: row.creator_name ?? '',
    executorCount: row.executors,
    doneCount: row.done,
    app:
      suite && row.agent_id !== null ? { agentId: row.agent_id, name: suite.name, icon: suite.icon } : null,
    appUrl: row.appUrl,
    pcUrl: row.pcUrl,
  }
}

const inRole = (scope: OrgScope, userid: string, role: TodoRole): SQL =>
  ({
    executor: sql`mine.userid is not null`,
    creator: sql`t.creator = ${userid}`,
    participant: sql`not t.executors_only and exists (
      select 1 from todo_people p
      where p.org_id = ${scope.orgId} and p.todo_id = t.id and p.userid = ${userid} and p.role = 'participant')`,
  })[role]

/** What a row is ordered by, as text that sorts as the database sorts it; nothing due comes last. */
const never = 'infinity'

export async function list(
  ctx: SessionCtx,
  query: { orgId?: string; box?: 'open' | 'done'; role?: TodoRole; cursor?: string; limit?: number },
): Promise<{ items: Todo[]; next: string | null }> {
  const { box = 'open', role = 'executor', limit = 50 } = query
  const [at, id] = readCursor(query.cursor, 2) ?? []
  if (at !== undefined && !((at === never || !Number.isNaN(Date.parse(at))) && isUuid(id ?? '')))
    throw new AppError('request.invalid', { part: 'cursor' })
  const doneAt = role === 'executor' ? sql`mine.done_at` : sql`t.finished_at`
  const key = box === 'open' ? sql`coalesce(t.due_at, 'infinity')` : doneAt
  const order = box === 'open' ? sql`${key}, t.id desc` : sql`${key} desc, t.id desc`
  const after =
    at === undefined
      ? sql`true`
      : sql`(${key} ${box === 'open' ? sql`>` : sql`<`} ${at}::timestamptz or (${key} = ${at}::timestamptz and t.id < ${id}::uuid))`
  const inBox = sql`${doneAt} is ${box === 'open' ? sql`null` : sql`not null`}`
  const ask = async (scope: OrgScope, { userid }: Membership) => {
    const rest = sql`${inRole(scope, userid, role)} and ${inBox} and ${after} order by ${order} limit ${limit + 1}`
    return (await rowsOf(scope, userid, rest)).map((row) => ({ row, userid, at: keyOf(row, box, role) }))
  }
  const lists = await inEachOrg(ctx, ask, query.orgId)
  const sign = box === 'open' ? 1 : -1
  const merged = lists
    .flat()
    .sort((a, b) => sign * compare(a.at, b.at) || compare(b.row.id, a.row.id))
    .slice(0, limit + 1)
  return toPage(merged, limit, {
    item: ({ row, userid }) => view(ctx.deps, userid, row),
    key: (one) => [one.at, one.row.id],
  })
}

function keyOf(row: ListRow, box: 'open' | 'done', role: TodoRole): string {
  if (box === 'open') return row.dueAt?.toISOString() ?? never
  return (role === 'executor' ? row.my_done_at : row.finishedAt)?.toISOString() ?? never
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export async function count(ctx: SessionCtx): Promise<{ open: number; overdue: number }> {
  const counts = await inEachOrg(ctx, (scope, { orgId, userid }) =>
    scope.one<{ open: number; overdue: number }>(sql`
      select count(*)::int as open, count(*) filter (where t.due_at < ${ctx.now})::int as overdue
      from todo_people p join todos t on t.org_id = p.org_id and t.id = p.todo_id
      where p.org_id = ${orgId} and p.userid = ${userid} and p.role = 'executor' and p.done_at is null`),
  )
  const sum = (of: 'open' | 'overdue') => counts.reduce((total, row) => total + (row?.[of] ?? 0), 0)
  return { open: sum('open'), overdue: sum('overdue') }
}

async function rowFor({ scope, self }: OrgCtx, id: string): Promise<ListRow> {
  const roles = (['executor', 'creator', 'participant'] as const).map((role) =>
    inRole(scope, self.userid, role),
  )
  const [row] = await rowsOf(scope, self.userid, sql`t.id = ${id} and (${sql.join(roles, sql` or `)})`)
  return found(row)
}

export const get = async (ctx: OrgCtx, id: string): Promise<Todo> =>
  view(ctx.deps, ctx.self.userid, await rowFor(ctx, id))

export async function listExecutors(ctx: OrgCtx, id: string, query: { cursor?: string; limit?: number }) {
  await rowFor(ctx, id)
  const [{ limit = 50 }, after] = [query, readCursor(query.cursor, 1)]
  const rows = await ctx.scope.rows<{ userid: string; name: string | null; done_at: Date | null }>(sql`
    select x.userid, m.name, x.done_at from todo_people x
    left join members m on m.org_id = x.org_id and m.userid = x.userid
    where x.org_id = ${ctx.orgId} and x.todo_id = ${id} and x.role = 'executor' ${after ? sql`and x.userid > ${after[0]}` : sql``}
    order by x.userid limit ${limit + 1}`)
  return toPage(rows, limit, {
    item: (row) => ({
      userid: row.userid,
      name: row.name ?? '',
      doneAt: row.done_at?.toISOString() ?? null,
    }),
    key: (row) => [row.userid],
  })
}

export async function setDone(ctx: OrgCtx, id: string, isDone: boolean): Promise<Todo> {
  const { scope, self, now } = ctx
  found(await todos.byId(scope, id))
  if ((await todos.setDone(scope, id, { userids: [self.userid], isDone, now })) === 0)
    throw new AppError('resource.missing')
  await todos.settle(scope, id, { modifier: self.userid, now })
  await todos.tell(scope, id, await todos.executorsOf(scope, id))
  return get(ctx, id)
}

export interface OwnTodo {
  subject: string
  description?: string
  dueAt?: string
  priority?: TodoPriority
  executors?: string[]
}

export async function create(ctx: OrgCtx, given: OwnTodo): Promise<Todo> {
  const { scope, self, now } = ctx
  const subject = given.subject.trim()
  if (!subject) throw new AppError('request.invalid', { part: 'subject' })
  if (given.dueAt !== undefined && Number.isNaN(Date.parse(given.dueAt)))
    throw new AppError('request.invalid', { part: 'dueAt' })
  const executors = [...new Set(given.executors ?? [self.userid])]
  const known = await scope.one<{ people: number }>(sql`
    select count(*)::int as people from members
    where org_id = ${scope.orgId} and userid = any(${array(executors)}::text[])`)
  if (known?.people !== executors.length) throw new AppError('request.invalid', { part: 'executors' })
  const id = await todos.insert(
    scope,
    {
      suiteId: null,
      sourceId: null,
      creator: self.userid,
      kind: 'TODO',
      subject,
      description: given.description ?? '',
      fields: [],
      appUrl: '',
      pcUrl: '',
      priority: given.priority ?? 20,
      executorsOnly: false,
      dueAt: given.dueAt === undefined ? null : new Date(given.dueAt),
      executors,
      participants: [],
    },
    now,
  )
  return get(ctx, found(id))
}

export async function remove(ctx: OrgCtx, id: string): Promise<{ done: true }> {
  const { scope, self } = ctx
  found(await todos.byId(scope, id, sql`t.suite_id is null and t.creator = ${self.userid}`))
  await todos.remove(scope, id)
  return { done: true }
}
