import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/imports.ts'
import { orgRoute, slowOrgRoute } from '../http/route.ts'
import { readUpload } from '../http/upload.ts'
import * as imports from './imports.service.ts'
import { maxUploadBytes } from './parse.ts'
import { listKept } from './undo.ts'
import * as views from './view.ts'
import { exportDirectory, template, xlsxType } from './workbooks.ts'

export function importRoutes(app: FastifyInstance): void {
  orgRoute(app, contracts.downloadImportTemplate, async (_input, _ctx, reply) =>
    reply
      .type(xlsxType)
      .header('content-disposition', 'attachment; filename="directory-template.xlsx"')
      .send(template()),
  )
  slowOrgRoute(app, contracts.exportDirectory, async (_input, ctx, reply) =>
    reply
      .type(xlsxType)
      .header('content-disposition', 'attachment; filename="directory.xlsx"')
      .send(await exportDirectory(ctx)),
  )
  slowOrgRoute(app, contracts.uploadImport, async (_input, ctx) =>
    imports.upload(
      ctx,
      await readUpload(ctx.request, { maxBytes: maxUploadBytes, tooLarge: 'import.too-large' }),
    ),
  )
  orgRoute(app, contracts.listImports, ({ query }, ctx) => views.list(ctx, query))
  orgRoute(app, contracts.getImport, ({ params }, ctx) => views.view(ctx, params.importId))
  orgRoute(app, contracts.listImportProblems, ({ params, query }, ctx) =>
    views.listProblems(ctx, params.importId, query.offset ?? 0),
  )
  slowOrgRoute(app, contracts.confirmImport, ({ params, body }, ctx) =>
    imports.confirm(ctx, params.importId, body),
  )
  orgRoute(app, contracts.cancelImport, ({ params }, ctx) => imports.cancel(ctx, params.importId))
  slowOrgRoute(app, contracts.undoImport, ({ params }, ctx) => imports.startUndo(ctx, params.importId))
  orgRoute(app, contracts.listKept, ({ params, query }, ctx) => listKept(ctx, params.importId, query))
}
