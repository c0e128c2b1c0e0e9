import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/workbench.ts'
import { qrPng, qrSvg } from '../http/qr.ts'
import { orgRoute, publicRoute, sessionRoute } from '../http/route.ts'
import * as apps from './apps.service.ts'
import { openAdminPage } from './admin-page.ts'
import * as scan from './scan.ts'

export function appRoutes(app: FastifyInstance): void {
  orgRoute(app, contracts.listWorkbench, (_input, ctx) => apps.workbench(ctx))
  sessionRoute(app, contracts.listSuites, (_input, ctx) => apps.listSuites(ctx))
  publicRoute(app, contracts.getInstallCodeSvg, async ({ params, query }, ctx, reply) =>
    reply
      .type('image/svg+xml')
      .send(qrSvg(apps.installLink(ctx, apps.knownSuite(ctx, params.suiteId).suiteId, query.c))),
  )
  publicRoute(app, contracts.getInstallCodePng, async ({ params, query }, ctx, reply) =>
    reply
      .type('image/png')
      .send(qrPng(apps.installLink(ctx, apps.knownSuite(ctx, params.suiteId).suiteId, query.c))),
  )
  sessionRoute(app, contracts.resolveScan, ({ body }, ctx) => scan.resolve(ctx, body.text, body.orgId))
  sessionRoute(app, contracts.getInstallPage, ({ params }, ctx) => apps.installPage(ctx, params.suiteId))
  orgRoute(app, contracts.installApp, ({ body }, ctx) => apps.install(ctx, body))
  orgRoute(app, contracts.listInstalledApps, (_input, ctx) => apps.listInstalled(ctx))
  orgRoute(app, contracts.changeAppScope, ({ params, body }, ctx) =>
    apps.changeScope(ctx, params.agentId, body),
  )
  orgRoute(app, contracts.stopApp, ({ params }, ctx) => apps.setState(ctx, params.agentId, 'stopped'))
  orgRoute(app, contracts.restoreApp, ({ params }, ctx) => apps.setState(ctx, params.agentId, 'enabled'))
  orgRoute(app, contracts.openAppAdminPage, ({ params }, ctx) => openAdminPage(ctx, params.agentId))
  orgRoute(app, contracts.removeApp, ({ params }, ctx) => apps.remove(ctx, params.agentId))
}
