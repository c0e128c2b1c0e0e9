import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/my-mail.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as addresses from './addresses.service.ts'

export async function mailRoutes(app: FastifyInstance) {
  route(app, contracts.getMyMail, (_input, ctx) => addresses.mine(asMember(ctx)))
  route(app, contracts.requestMailCode, ({ body }, ctx) => addresses.sendCode(ctx, body))
  route(app, contracts.confirmMail, ({ body }, ctx) => addresses.confirm(asMember(ctx), body))
  route(app, contracts.removeMail, (_input, ctx) => addresses.remove(asMember(ctx)))
}
