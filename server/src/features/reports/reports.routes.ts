import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/reports.ts'
import * as parkedContracts from '@kangbao/shared/contracts/parked-reports.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as parked from './parked.service.ts'
import * as reports from './reports.service.ts'

export async function reportRoutes(app: FastifyInstance) {
  route(app, contracts.getEmploymentStatus, (_input, ctx) => reports.employmentStatus(asMember(ctx)))
  route(app, contracts.getHealthStatus, (_input, ctx) => reports.healthStatus(asMember(ctx)))
  route(app, contracts.sendReport, ({ params }, ctx) => reports.send(asMember(ctx), params.kind))
  route(app, contracts.listReports, ({ params, query }, ctx) =>
    reports.history(asMember(ctx), params.kind, query),
  )
  route(app, contracts.listReportPeople, ({ params, query }, ctx) =>
    reports.people(asMember(ctx), params.kind, query),
  )
  route(app, contracts.searchReportPeople, ({ params, body }, ctx) =>
    reports.people(asMember(ctx), params.kind, body),
  )
  route(app, contracts.remindReportPeople, ({ params }, ctx) =>
    reports.remindMissing(asMember(ctx), params.kind),
  )
  route(app, parkedContracts.listParkedReports, ({ query }, { deps }) => parked.list(deps, query))
  route(app, parkedContracts.settleParkedReport, ({ params, body }, { deps }) =>
    parked.settleParked(deps, params.reportId, body),
  )
}
