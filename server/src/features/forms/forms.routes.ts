import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/forms.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as forms from './forms.service.ts'
import { letsViewersIn } from './shared-viewers.ts'

export async function formRoutes(app: FastifyInstance) {
  route(app, contracts.listTemplates, (_input, ctx) => forms.templates(asMember(ctx)))
  route(app, contracts.previewSends, ({ body }, ctx) => forms.previewSends(asMember(ctx), body))
  route(app, contracts.publishForm, ({ body }, ctx) => forms.publish(asMember(ctx), body))
  route(app, contracts.listForms, ({ query }, ctx) => forms.list(asMember(ctx), query))
  route(app, contracts.getForm, ({ params }, ctx) => forms.get(asMember(ctx), params.formId), letsViewersIn)
  route(app, contracts.changeFormSettings, ({ params, body }, ctx) =>
    forms.changeSettings(asMember(ctx), params.formId, body),
  )
  route(app, contracts.endForm, ({ params }, ctx) => forms.end(asMember(ctx), params.formId))
  route(app, contracts.formQr, async ({ params }, ctx) => {
    const png = await forms.qr(asMember(ctx), params.formId)
    ctx.reply.type('image/png').header('cache-control', 'private, max-age=300')
    return png
  })
}
