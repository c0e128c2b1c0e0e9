import type { FastifyInstance } from 'fastify'
import { dissolveOrg } from '../../contracts/dissolution.ts'
import * as contracts from '../../contracts/orgs.ts'
import { orgRoute, publicRoute, sessionRoute, slowOrgRoute } from '../http/route.ts'
import * as access from './admin-access.ts'
import * as password from './admin-password.ts'
import { dissolve } from './dissolve.ts'
import * as joining from './joining.ts'
import * as orgs from './orgs.service.ts'
import * as ownRequests from './own-join-requests.ts'

export function orgRoutes(app: FastifyInstance): void {
  sessionRoute(app, contracts.createOrg, ({ body }, ctx) => orgs.create(ctx, body))
  orgRoute(app, contracts.getOrg, (_input, ctx) => orgs.get(ctx))
  orgRoute(app, contracts.changeOrgSettings, ({ body }, ctx) => orgs.changeSettings(ctx, body))
  slowOrgRoute(app, dissolveOrg, ({ body }, ctx) => dissolve(ctx, body))

  orgRoute(app, contracts.getHelpContact, (_input, ctx) => orgs.helpContact(ctx))
  orgRoute(app, contracts.getInvite, (_input, ctx) => joining.invite(ctx))
  orgRoute(app, contracts.renewInvite, (_input, ctx) => joining.renewInvite(ctx))
  orgRoute(app, contracts.revokeInvite, (_input, ctx) => joining.revokeInvite(ctx))
  publicRoute(app, contracts.getInvitePicture, async ({ params }, ctx, reply) =>
    reply.type('image/png').send(joining.invitePicture(ctx, params.code)),
  )
  publicRoute(app, contracts.getJoinPage, ({ params }, ctx) => joining.page(ctx, params.code))
  sessionRoute(app, contracts.joinOrg, ({ params, body }, ctx) => joining.join(ctx, params.code, body))
  sessionRoute(app, contracts.getOwnPlace, ({ params }, ctx) => joining.ownPlace(ctx, params.code))
  sessionRoute(app, contracts.listOwnJoinRequests, (_input, ctx) => ownRequests.list(ctx))
  sessionRoute(app, contracts.seeJoinDecisions, (_input, ctx) => ownRequests.seen(ctx))
  sessionRoute(app, contracts.withdrawJoinRequest, ({ params }, ctx) =>
    ownRequests.withdraw(ctx, params.orgId, params.requestId),
  )
  orgRoute(app, contracts.leaveOrg, (_input, ctx) => orgs.leave(ctx))
  orgRoute(app, contracts.listJoinRequests, ({ query }, ctx) => joining.listRequests(ctx, query))
  orgRoute(app, contracts.decideJoinRequest, ({ params, body }, ctx) =>
    joining.decideRequest(ctx, params.requestId, body),
  )

  orgRoute(app, contracts.getAdminAccess, (_input, ctx) => password.get(ctx))
  slowOrgRoute(app, contracts.setAdminPassword, ({ body }, ctx) => password.setPassword(ctx, body))
  slowOrgRoute(app, contracts.elevate, ({ body }, ctx) => password.elevate(ctx, body.password))
  orgRoute(app, contracts.listAdmins, (_input, ctx) => access.listAdmins(ctx))
  orgRoute(app, contracts.setMemberRole, ({ params, body }, ctx) => access.setRole(ctx, params.userid, body))
}
