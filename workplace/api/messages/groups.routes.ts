import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/groups.ts'
import { orgRoute } from '../http/route.ts'
import * as members from './group-members.ts'
import * as groups from './groups.service.ts'
import { openHelpGroup } from './help-group.ts'

export function groupRoutes(app: FastifyInstance): void {
  orgRoute(app, contracts.createGroup, ({ body }, ctx) => groups.create(ctx, body))
  orgRoute(app, contracts.renameGroup, ({ params, body }, ctx) =>
    groups.rename(ctx, params.conversationId, body.name),
  )
  orgRoute(app, contracts.dissolveGroup, ({ params }, ctx) => groups.dissolve(ctx, params.conversationId))
  orgRoute(app, contracts.handOverGroup, ({ params, body }, ctx) =>
    groups.handOver(ctx, params.conversationId, body.userid),
  )
  orgRoute(app, contracts.listGroupMembers, ({ params, query }, ctx) =>
    members.list(ctx, params.conversationId, query),
  )
  orgRoute(app, contracts.addGroupMembers, ({ params, body }, ctx) =>
    groups.add(ctx, params.conversationId, body.userids),
  )
  orgRoute(app, contracts.removeGroupMember, ({ params }, ctx) =>
    groups.remove(ctx, params.conversationId, params.userid),
  )
  orgRoute(app, contracts.openHelpGroup, (_input, ctx) => openHelpGroup(ctx))
  orgRoute(app, contracts.leaveGroup, ({ params }, ctx) => groups.leave(ctx, params.conversationId))
}
