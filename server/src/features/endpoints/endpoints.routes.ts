import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/endpoints.ts'
import { route } from '../../http/route.ts'
import * as endpoints from './endpoints.service.ts'

export async function endpointRoutes(app: FastifyInstance) {
  route(app, contracts.listEndpoints, ({ query }, { deps }) => endpoints.list(deps, query))
  route(app, contracts.addEndpoint, ({ body }, { deps }) => endpoints.add(deps, body))
  route(app, contracts.changeEndpoint, ({ params, body }, { deps }) =>
    endpoints.change(deps, params.endpointId, body),
  )
  route(app, contracts.testEndpoint, ({ params }, { deps }) => endpoints.test(deps, params.endpointId))
  route(app, contracts.retireEndpoint, ({ params }, { deps }) => endpoints.retire(deps, params.endpointId))
  route(app, contracts.pauseEndpoint, ({ params, body }, { deps }) =>
    endpoints.pause(deps, params.endpointId, body.reason),
  )
  route(app, contracts.resumeEndpoint, ({ params }, { deps }) => endpoints.resume(deps, params.endpointId))
}
