import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/operations.ts'
import { route } from '../../http/route.ts'
import { sealingKeys } from '../../keys/key-state.ts'
import * as operations from './operations.service.ts'

export async function operationRoutes(app: FastifyInstance) {
  route(app, contracts.listDailyRuns, ({ query }, { deps }) => operations.dailyRuns(deps, query))
  route(app, contracts.startDailyRun, ({ body }, { deps }) => operations.startRun(deps, body))
  route(app, contracts.repeatDailyRun, ({ params, body }, { deps }) =>
    operations.repeatRun(deps, params.runId, body.states),
  )
  route(app, contracts.getReportPause, (_input, { deps }) => operations.reportPause(deps))
  route(app, contracts.pauseReports, ({ body }, { deps }) => operations.pauseReports(deps, body.reason))
  route(app, contracts.resumeReports, (_input, { deps }) => operations.resumeReports(deps))
  route(app, contracts.getDailyRun, ({ params }, { deps }) => operations.dailyRun(deps, params.runId))
  route(app, contracts.listDailyRunOrgs, ({ params, query }, { deps }) =>
    operations.dailyRunOrgs(deps, params.runId, query),
  )
  route(app, contracts.listInstalledOrgs, ({ query }, { deps }) => operations.installedOrgs(deps, query))
  route(app, contracts.getSealingKeys, (_input, { deps }) => sealingKeys(deps))
  route(app, contracts.getSystemStatus, (_input, { deps }) => operations.status(deps))
}
