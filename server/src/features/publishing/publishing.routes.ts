import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/forms.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { letsViewersIn } from '../forms/index.ts'
import * as publishing from './publishing.service.ts'

export async function publishingRoutes(app: FastifyInstance) {
  route(app, contracts.listTemplates, (_input, ctx) => publishing.templates(asMember(ctx)))
  route(app, contracts.previewSends, ({ body }, ctx) => publishing.previewSends(asMember(ctx), body))
  route(app, contracts.publishForm, ({ body }, ctx) => publishing.publish(asMember(ctx), body))
  route(app, contracts.listForms, ({ query }, ctx) => publishing.list(asMember(ctx), query))
  route(
    app,
    contracts.getForm,
    ({ params }, ctx) => publishing.get(asMember(ctx), params.formId),
    letsViewersIn,
  )
  route(app, contracts.changeFormSettings, ({ params, body }, ctx) =>
    publishing.changeSettings(asMember(ctx), params.formId, body),
  )
  route(app, contracts.endForm, ({ params }, ctx) => publishing.end(asMember(ctx), params.formId))
  route(app, contracts.formQr, async ({ params }, ctx) => {
    const png = await publishing.qr(asMember(ctx), params.formId)
    ctx.reply.type('image/png').header('cache-control', 'private, max-age=300')
    return png
  })
}
