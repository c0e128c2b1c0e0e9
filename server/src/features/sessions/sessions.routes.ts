import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/sessions.ts'
import * as viewing from '@kangbao/shared/contracts/viewers.ts'
import { route } from '../../http/route.ts'
import * as authenticator from './authenticator.service.ts'
import { signIn } from './host-sign-in.service.ts'
import * as own from './own-sessions.service.ts'
import * as byPhone from './phone-sign-in.service.ts'
import * as proof from './proof.service.ts'
import { renew } from './renewal.service.ts'
import * as sessions from './sessions.service.ts'
import * as keys from './signing-keys.service.ts'
import * as viewers from './viewers.service.ts'

export async function sessionRoutes(app: FastifyInstance) {
  route(app, contracts.signInByAuthCode, ({ body }, ctx) => signIn(ctx, body))
  route(app, contracts.requestSmsCode, ({ body }, ctx) => byPhone.sendSignInCode(ctx, body.phone))
  route(app, contracts.signInBySms, ({ body }, ctx) => byPhone.signInBySms(ctx, body))
  route(app, contracts.requestGuestCode, ({ body }, ctx) => byPhone.sendGuestCode(ctx, body))
  route(app, contracts.signInAsGuest, ({ body }, ctx) => byPhone.signInAsGuest(ctx, body))
  route(app, contracts.signInBySetupLink, ({ body }, ctx) => byPhone.signInBySetupLink(ctx, body))
  route(app, contracts.renewSession, ({ body }, ctx) => renew(ctx, body.refreshToken))

  route(app, contracts.getMe, (_input, ctx) => sessions.me(ctx))
  route(app, contracts.getDeviceKey, (_input, ctx) => sessions.deviceKey(ctx))
  route(app, contracts.requestBindingCode, ({ body }, ctx) => sessions.sendBindingCode(ctx, body.phone))
  route(app, contracts.bindPhone, ({ body }, ctx) => sessions.bindPhone(ctx, body))

  route(app, contracts.listSessions, ({ query }, ctx) => own.list(ctx, query))
  route(app, contracts.endSession, ({ params }, ctx) => own.endOne(ctx, params.sessionId))
  route(app, contracts.endOtherSessions, (_input, ctx) => own.endOthers(ctx))
  route(app, contracts.signOut, (_input, ctx) => own.signOut(ctx))

  route(app, contracts.getProofWay, (_input, ctx) => proof.way(ctx))
  route(app, contracts.requestProofCode, (_input, ctx) => proof.sendCode(ctx))
  route(app, contracts.giveProof, ({ body }, ctx) => proof.give(ctx, body.code))
  route(app, contracts.startAuthenticator, (_input, ctx) => authenticator.start(ctx))
  route(app, contracts.confirmAuthenticator, ({ body }, ctx) => authenticator.confirm(ctx, body.code))
  route(app, contracts.removeAuthenticator, (_input, ctx) => authenticator.remove(ctx))

  route(app, contracts.listSigningKeys, ({ query }, ctx) => keys.list(ctx, query))
  route(app, contracts.rotateSigningKey, (_input, { deps }) => keys.rotate(deps))
  route(app, contracts.withdrawSigningKey, ({ params }, { deps }) => keys.withdraw(deps, params.kid))

  route(app, viewing.listViewers, ({ query }, { deps }) => viewers.list(deps, query))
  route(app, viewing.addViewer, ({ body }, { deps }) => viewers.add(deps, body))
  route(app, viewing.endViewer, ({ params }, { deps }) => viewers.end(deps, params.viewerId))
}
