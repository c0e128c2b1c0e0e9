import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/orgs.ts'
import { orgRoute, publicRoute, sessionRoute, slowOrgRoute } from '../http/route.ts'
import * as access from './admin-access.ts'
import * as password from './admin-password.ts'
import * as certification from './certification.ts'
import * as joining from './joining.ts'
import * as orgs from './orgs.service.ts'

export function orgRoutes(app: FastifyInstance): void {
  sessionRoute(app, contracts.createOrg, ({ body }, ctx) => orgs.create(ctx, body))
  orgRoute(app, contracts.getOrg, (_input, ctx) => orgs.get(ctx))
  orgRoute(app, contracts.changeOrgSettings, ({ body }, ctx) => orgs.changeSettings(ctx, body))

  orgRoute(app, contracts.getInvite, (_input, ctx) => joining.invite(ctx))
  orgRoute(app, contracts.renewInvite, (_input, ctx) => joining.renewInvite(ctx))
  orgRoute(app, contracts.revokeInvite, (_input, ctx) => joining.revokeInvite(ctx))
  publicRoute(app, contracts.getInvitePicture, async ({ params }, ctx, reply) =>
    reply.type('image/png').send(joining.invitePicture(ctx, params.code)),
  )
  publicRoute(app, contracts.getJoinPage, ({ params }, ctx) => joining.page(ctx, params.code))
  sessionRoute(app, contracts.joinOrg, ({ params, body }, ctx) => joining.join(ctx, params.code, body))
  orgRoute(app, contracts.listJoinRequests, ({ query }, ctx) => joining.listRequests(ctx, query))
  orgRoute(app, contracts.decideJoinRequest, ({ params, body }, ctx) =>
    joining.decideRequest(ctx, params.requestId, body),
  )

  orgRoute(app, contracts.getAdminAccess, (_input, ctx) => password.get(ctx))
  slowOrgRoute(app, contracts.setAdminPassword, ({ body }, ctx) => password.setPassword(ctx, body))
  slowOrgRoute(app, contracts.elevate, ({ body }, ctx) => password.elevate(ctx, body.password))
  orgRoute(app, contracts.listAdmins, (_input, ctx) => access.listAdmins(ctx))
  orgRoute(app, contracts.setMemberRole, ({ params, body }, ctx) => access.setRole(ctx, params.userid, body))

  orgRoute(app, contracts.requestCertification, ({ body }, ctx) => certification.request(ctx, body))
  orgRoute(app, contracts.getCertification, (_input, ctx) => certification.get(ctx))
  publicRoute(app, contracts.listCertifications, (_input, ctx) => certification.listSubmitted(ctx))
  publicRoute(app, contracts.decideCertification, ({ params, body }, ctx) =>
    certification.decide(ctx, params.id, body),
  )
}
