import type { FastifyInstance, FastifyRequest } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/sessions.ts'
import type { Locale } from '@kangbao/shared/locale.ts'
import { route } from '../../http/route.ts'
import { signIn } from './host-sign-in.service.ts'
import * as byPhone from './phone-sign-in.service.ts'
import * as sessions from './sessions.service.ts'
import { resendAfterS, send } from './sms-codes.service.ts'

export async function sessionRoutes(app: FastifyInstance) {
  route(app, contracts.signInByAuthCode, ({ body }, ctx) => signIn(ctx, body))
  route(app, contracts.requestSmsCode, async ({ body }, { deps, request }) => {
    await send(deps, { phone: body.phone, ip: request.ip, locale: localeOf(request) })
    return { resendAfterS }
  })
  route(app, contracts.signInBySms, ({ body }, ctx) => byPhone.signInBySms(ctx, body))
  route(app, contracts.signInAsGuest, ({ body }, ctx) => byPhone.signInAsGuest(ctx, body))
  route(app, contracts.signInBySetupLink, ({ body }, ctx) => byPhone.signInBySetupLink(ctx, body.token))
  route(app, contracts.renewSession, (_input, ctx) => sessions.renew(ctx))
  route(app, contracts.getMe, (_input, ctx) => sessions.me(ctx))
  route(app, contracts.bindPhone, ({ body }, ctx) => sessions.bindPhone(ctx, body))
  // Sessions are short and kept nowhere: the client forgets its own.
  route(app, contracts.signOut, async () => ({}))
}

function localeOf(request: FastifyRequest): Locale {
  return /^en\b/i.test(request.headers['accept-language'] ?? '') ? 'en' : 'zh-CN'
}
