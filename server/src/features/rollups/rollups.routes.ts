import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/rollups.ts'
import * as viewing from '@kangbao/shared/contracts/viewers.ts'
import { localeOf } from '../../http/locale.ts'
import { route } from '../../http/route.ts'
import { exported } from './export.ts'
import * as places from './places.service.ts'
import * as rollups from './rollups.service.ts'

export async function rollupRoutes(app: FastifyInstance) {
  route(app, contracts.getRegionRollup, ({ params, query }, ctx) => rollups.region(ctx, params, query.day))
  route(app, contracts.getRegionTrend, ({ params, query }, ctx) => rollups.trend(ctx, params, query.day))
  route(app, contracts.listRollupOrgs, ({ params, query }, ctx) => rollups.orgs(ctx, params, query))
  route(app, contracts.exportRollup, async ({ params, query }, ctx) => {
    const lines = await exported(ctx, params, query, localeOf(ctx.request))
    ctx.reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="rollup-${params.region}.csv"`)
      .header('x-content-type-options', 'nosniff')
    return Readable.from(lines, { objectMode: false })
  })
  route(app, viewing.placeOrg, ({ params, body }, { deps }) => places.place(deps, params.orgId, body.region))
  route(app, viewing.recountRollups, (_input, { deps }) => places.recountAll(deps))
}
