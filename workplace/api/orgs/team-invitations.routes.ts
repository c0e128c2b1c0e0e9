import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/team-invitations.ts'
import { orgRoute, sessionRoute, slowOrgRoute } from '../http/route.ts'
import { readUpload } from '../http/upload.ts'
import { maxUploadBytes, parseWorkbook } from '../imports/parse.ts'
import * as invitees from './invitees.ts'
import * as own from './own-invitations.ts'
import * as invitations from './team-invitations.ts'

/** Rows of a sheet that are looked at. */
const maxRows = 2000

export function teamInvitationRoutes(app: FastifyInstance): void {
  orgRoute(app, contracts.readInvitees, ({ body }, ctx) => invitees.check(ctx, invitees.linesOf(body.text)))
  slowOrgRoute(app, contracts.readInviteeSheet, async (_input, ctx) => {
    const file = await readUpload(ctx.request, { maxBytes: maxUploadBytes, tooLarge: 'import.too-large' })
    const { rows } = await parseWorkbook(file.bytes, maxRows)
    const lines = rows.map(({ cells }) => cells)
    return ctx.inOrg((scope) => invitees.check({ ...ctx, scope }, lines))
  })
  orgRoute(app, contracts.inviteToTeam, ({ body }, ctx) => invitations.invite(ctx, body.people))
  orgRoute(app, contracts.listSentInvitations, ({ query }, ctx) => invitations.listSent(ctx, query))
  orgRoute(app, contracts.revokeTeamInvitation, ({ params }, ctx) =>
    invitations.revoke(ctx, params.invitationId),
  )
  sessionRoute(app, contracts.listOwnInvitations, ({ query }, ctx) => own.list(ctx, query))
  sessionRoute(app, contracts.answerInvitation, ({ params, body }, ctx) =>
    own.answer(ctx, params.orgId, { invitationId: params.invitationId, accept: body.accept }),
  )
}
