import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/accounts.ts'
import { publicRoute, sessionRoute } from '../http/route.ts'
import * as accounts from './accounts.service.ts'
import * as scan from './scan-sign-in.ts'

export function accountRoutes(app: FastifyInstance): void {
  publicRoute(app, contracts.requestSmsCode, ({ body }, ctx) => accounts.requestCode(ctx, body.phone))
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
}
