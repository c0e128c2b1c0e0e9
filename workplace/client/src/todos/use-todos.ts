import { useQuery, useQueryCache } from '@pinia/colada'
import {
  countTodos,
  getTodo,
  listTodoExecutors,
  listTodos,
  setTodoDone,
  type Todo,
} from '@kangbao/workplace/contracts/todos.ts'
import { call } from '@/api/client.ts'
import { usePages } from '@/api/use-pages.ts'

/** Mine still to be done, mine done, and what I have asked of others. */
export type TodoBox = 'open' | 'done' | 'asked'

const queryOf = (box: TodoBox) =>
  box === 'asked' ? { box: 'open' as const, role: 'creator' as const } : { box }

export const useTodos = (box: TodoBox) =>
  usePages(
    () => ['todos', box],
    (cursor) => call(listTodos, { query: { ...queryOf(box), limit: 50, ...cursor } }),
  )

/** How many are open, and how many of them late: for the badges. */
export const useTodoCount = () => useQuery({ key: ['todos', 'count'], query: () => call(countTodos, {}) })

export const useTodo = (orgId: string, todoId: string) =>
  useQuery({ key: ['todos', 'one', todoId], query: () => call(getTodo, { params: { orgId, todoId } }) })

export const useTodoExecutors = (orgId: string, todoId: string) =>
  usePages(
    () => ['todos', 'executors', todoId],
    (cursor) => call(listTodoExecutors, { params: { orgId, todoId }, query: { limit: 50, ...cursor } }),
  )

/** Says that one is done, or not after all. */
export function useTick() {
  const cache = useQueryCache()
  return async ({ orgId, id }: Todo, isDone: boolean) => {
    await call(setTodoDone, { params: { orgId, todoId: id }, body: { isDone } })
    await cache.invalidateQueries({ key: ['todos'] })
  }
}
