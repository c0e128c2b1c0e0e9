import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/directory.ts'
import { found } from '../errors.ts'
import type { OrgCtx } from '../http/context.ts'
import { orgRoute } from '../http/route.ts'
import * as departments from './departments.ts'
import * as batch from './members.batch.ts'
import * as members from './members.service.ts'

export function directoryRoutes(app: FastifyInstance): void {
  orgRoute(app, contracts.listDepartments, ({ query }, ctx) => departments.list(ctx, query))
  orgRoute(app, contracts.getDepartment, ({ params }, ctx) => departments.get(ctx, params.deptId))
  orgRoute(app, contracts.lookUpDepartments, ({ body }, ctx) => departments.lookUp(ctx, body.deptIds))
  orgRoute(app, contracts.searchDepartments, ({ body }, ctx) => departments.search(ctx, body))
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
  orgRoute(app, contracts.moveMembers, ({ body }, ctx) => batch.move(ctx, body))
  orgRoute(app, contracts.removeMembers, ({ body }, ctx) => batch.remove(ctx, body.userids))

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
