import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/exports.ts'
import * as scheduled from '@kangbao/shared/contracts/export-schedules.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { asAttachment } from '../files/index.ts'
import * as exports from './exports.service.ts'
import * as schedules from './schedules.service.ts'

export async function exportRoutes(app: FastifyInstance) {
  route(app, contracts.startExport, ({ params, body }, ctx) =>
    exports.start(asMember(ctx), params.formId, body, null),
  )
  route(app, contracts.startFullExport, ({ params, body: { reason, ...request } }, ctx) =>
    exports.start(asMember(ctx), params.formId, request, reason),
  )
  route(app, contracts.listExports, ({ params }, ctx) => exports.list(asMember(ctx), params.formId))
  route(app, contracts.removeExport, ({ params }, ctx) => exports.remove(asMember(ctx), params))
  route(app, contracts.downloadExport, async ({ params }, ctx) => {
    const { name, type, length, bytes } = await exports.download(asMember(ctx), params)
    ctx.reply
      .type(type)
      .header('content-length', length)
      .header('content-disposition', asAttachment(name))
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox; frame-ancestors 'none'")
      .header('referrer-policy', 'no-referrer')
    return Readable.from(bytes, { objectMode: false })
  })
  route(app, scheduled.listExportSchedules, ({ params }, ctx) => schedules.list(asMember(ctx), params.formId))
  route(app, scheduled.addExportSchedule, ({ params, body }, ctx) =>
    schedules.add(asMember(ctx), params.formId, body),
  )
  route(app, scheduled.setExportScheduleState, ({ params, body }, ctx) =>
    schedules.setState(asMember(ctx), params, body.state),
  )
  route(app, scheduled.removeExportSchedule, ({ params }, ctx) => schedules.remove(asMember(ctx), params))
}
