import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/directory.ts'
import { found } from '../errors.ts'
import type { OrgCtx } from '../http/context.ts'
import { orgRoute } from '../http/route.ts'
import * as departments from './departments.ts'
import * as members from './members.service.ts'

export function directoryRoutes(app: FastifyInstance): void {
  orgRoute(app, contracts.listDepartments, (_input, ctx) => departments.list(ctx))
  orgRoute(app, contracts.createDepartment, ({ body }, ctx) => departments.create(ctx, body))
  orgRoute(app, contracts.changeDepartment, ({ params, body }, ctx) =>
    departments.change(ctx, params.deptId, body),
  )
  orgRoute(app, contracts.removeDepartment, ({ params }, ctx) => departments.remove(ctx, params.deptId))

  orgRoute(app, contracts.listMembers, ({ query }, ctx) => members.list(ctx, query))
  orgRoute(app, contracts.searchMembers, ({ body }, ctx) => members.list(ctx, body))
  orgRoute(app, contracts.getMember, ({ params }, ctx) => members.get(ctx, params.userid))
  orgRoute(app, contracts.createMember, ({ body }, ctx) => members.create(ctx, body))
  orgRoute(app, contracts.changeMember, ({ params, body }, ctx) => members.change(ctx, params.userid, body))
  orgRoute(app, contracts.removeMember, ({ params }, ctx) => members.remove(ctx, params.userid))

  orgRoute(app, contracts.getInviteTemplate, (_input, ctx) => readTemplate(ctx))
  orgRoute(app, contracts.setInviteTemplate, async ({ body }, ctx) => {
    await ctx.scope.run(sql`update orgs set invite_template = ${body.text} where id = ${ctx.orgId}`)
    return readTemplate(ctx)
  })
  orgRoute(app, contracts.sendInvitations, ({ body }, ctx) => members.invite(ctx, body.userids ?? null))
}

async function readTemplate({ scope }: OrgCtx): Promise<{ text: string }> {
  return found(
    await scope.one<{ text: string }>(
      sql`select invite_template as text from orgs where id = ${scope.orgId}`,
    ),
  )
}
