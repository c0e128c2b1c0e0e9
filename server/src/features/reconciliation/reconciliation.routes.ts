import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/reconciliations.ts'
import { route } from '../../http/route.ts'
import * as service from './reconciliation.service.ts'

export async function reconciliationRoutes(app: FastifyInstance) {
  route(app, contracts.listReconciliations, ({ query }, { deps }) => service.list(deps, query))
  route(app, contracts.startReconciliation, ({ body }, { deps }) => service.start(deps, body))
  route(app, contracts.getReconciliation, ({ params }, { deps }) =>
    service.byId(deps, params.reconciliationId),
  )
  route(app, contracts.listReconciliationDifferences, ({ params, query }, { deps }) =>
    service.differences(deps, params.reconciliationId, query),
  )
}
