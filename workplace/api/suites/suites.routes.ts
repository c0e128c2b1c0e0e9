import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/suites.ts'
import { operatorRoute } from '../http/route.ts'
import * as suites from './suites.service.ts'

export function suiteRoutes(app: FastifyInstance): void {
  operatorRoute(app, contracts.registerSuite, ({ body }, ctx) => suites.register(ctx, body))
  operatorRoute(app, contracts.getSuiteFacts, ({ params }, ctx) => suites.facts(ctx, params.suiteId))
  operatorRoute(app, contracts.changeSuite, ({ params, body }, ctx) =>
    suites.change(ctx, params.suiteId, body),
  )
  operatorRoute(app, contracts.rotateSuiteSecret, ({ params }, ctx) =>
    suites.rotateSecret(ctx, params.suiteId),
  )
  operatorRoute(app, contracts.setSuiteState, ({ params, body }, ctx) =>
    suites.setState(ctx, params.suiteId, body.state),
  )
}
