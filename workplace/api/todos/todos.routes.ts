import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/todos.ts'
import { orgRoute, sessionRoute } from '../http/route.ts'
import * as todos from './todos.service.ts'

export function todoRoutes(app: FastifyInstance): void {
  sessionRoute(app, contracts.listTodos, ({ query }, ctx) => todos.list(ctx, query))
  sessionRoute(app, contracts.countTodos, (_input, ctx) => todos.count(ctx))
  orgRoute(app, contracts.createTodo, ({ body }, ctx) => todos.create(ctx, body))
  orgRoute(app, contracts.getTodo, ({ params }, ctx) => todos.get(ctx, params.todoId))
  orgRoute(app, contracts.listTodoExecutors, ({ params, query }, ctx) =>
    todos.listExecutors(ctx, params.todoId, query),
  )
  orgRoute(app, contracts.setTodoDone, ({ params, body }, ctx) =>
    todos.setDone(ctx, params.todoId, body.isDone),
  )
  orgRoute(app, contracts.deleteTodo, ({ params }, ctx) => todos.remove(ctx, params.todoId))
}
