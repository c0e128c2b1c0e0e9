import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/accounts.ts'
import * as security from '../../contracts/account-security.ts'
import { publicRoute, sessionRoute } from '../http/route.ts'
import * as accounts from './accounts.service.ts'
import * as avatars from './avatars.ts'
import { deleteAccount } from './delete-account.ts'
import * as sessions from './my-sessions.ts'
import * as passwords from './passwords.ts'
import { changePhone } from './phone-change.ts'
import * as scan from './scan-sign-in.ts'

export function accountRoutes(app: FastifyInstance): void {
  publicRoute(app, contracts.requestSmsCode, ({ body }, ctx) => accounts.requestCode(ctx, body))
  publicRoute(app, contracts.signIn, ({ body }, ctx) => accounts.signIn(ctx, body))
  sessionRoute(app, contracts.signOut, (_input, ctx) => accounts.signOut(ctx))
  sessionRoute(app, contracts.getMe, (_input, ctx) => accounts.me(ctx))
  sessionRoute(app, contracts.renameMe, ({ body }, ctx) => accounts.rename(ctx, body.name))
  publicRoute(app, contracts.startScanSignIn, (_input, ctx) => scan.start(ctx))
  publicRoute(app, contracts.pollScanSignIn, ({ params, body }, ctx) =>
    scan.poll(ctx, params.ticket, body.secret),
  )
  sessionRoute(app, contracts.scanSignInCode, ({ params }, ctx) => scan.scan(ctx, params.ticket))
  sessionRoute(app, contracts.decideScanSignIn, ({ params, body }, ctx) =>
    scan.decide(ctx, params.ticket, body.decision),
  )

  publicRoute(app, security.signInByPassword, ({ body }, ctx) => passwords.signIn(ctx, body))
  publicRoute(app, security.resetPassword, ({ body }, ctx) => passwords.reset(ctx, body))
  sessionRoute(app, security.setPassword, ({ body }, ctx) => passwords.set(ctx, body))
  sessionRoute(app, security.changePhone, ({ body }, ctx) => changePhone(ctx, body))
  sessionRoute(app, security.deleteAccount, ({ body }, ctx) => deleteAccount(ctx, body.code))

  sessionRoute(app, security.listMySessions, (_input, ctx) => sessions.list(ctx))
  sessionRoute(app, security.endMySession, ({ params }, ctx) => sessions.end(ctx, params.sessionId))
  sessionRoute(app, security.endMySessions, ({ query }, ctx) => sessions.endAll(ctx, query.andThis))
  sessionRoute(app, security.seeSignIns, (_input, ctx) => sessions.seen(ctx))

  sessionRoute(app, security.setAvatar, (_input, ctx) => avatars.set(ctx))
  sessionRoute(app, security.removeAvatar, (_input, ctx) => avatars.remove(ctx))
  publicRoute(app, security.getAvatar, ({ params }, ctx, reply) => avatars.send(ctx, params.avatarId, reply))
}
