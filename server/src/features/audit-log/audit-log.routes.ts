import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/audit-log.ts'
import { localeOf } from '../../http/locale.ts'
import { route } from '../../http/route.ts'
import * as auditLog from './audit-log.service.ts'

export async function auditLogRoutes(app: FastifyInstance) {
  route(app, contracts.listAuditLog, ({ query }, ctx) => auditLog.list(ctx, query))
  route(app, contracts.verifyAuditLog, (_input, ctx) => auditLog.verify(ctx))
  route(app, contracts.exportAuditLog, async ({ query }, ctx) => {
    const lines = await auditLog.exported(ctx, query, localeOf(ctx.request))
    ctx.reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="audit-log.csv"')
      .header('x-content-type-options', 'nosniff')
    return Readable.from(lines, { objectMode: false })
  })
}
