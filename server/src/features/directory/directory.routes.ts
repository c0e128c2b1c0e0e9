import type { FastifyInstance } from 'fastify'
import {
  getDirectorySync,
  listDepartments,
  listMembers,
  searchMembers,
  startDirectorySync,
} from '@kangbao/shared/contracts/directory.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as directory from './directory.service.ts'

export async function directoryRoutes(app: FastifyInstance) {
  route(app, getDirectorySync, (_input, ctx) => directory.progress(asMember(ctx)))
  route(app, startDirectorySync, (_input, ctx) => directory.start(asMember(ctx)))
  route(app, listDepartments, async ({ query }, ctx) => ({
    items: await directory.listDepartments(asMember(ctx), query.parentId ?? null),
  }))
  route(app, listMembers, ({ query }, ctx) => directory.listMembers(asMember(ctx), query))
  route(app, searchMembers, ({ body }, ctx) => directory.listMembers(asMember(ctx), body))
}
