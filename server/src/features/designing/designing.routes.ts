import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/designing.ts'
import * as tests from '@kangbao/shared/contracts/form-tests.ts'
import * as own from '@kangbao/shared/contracts/own-templates.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as drafts from './drafts.service.ts'
import { asAttachment, takesBytes } from '../files/index.ts'
import * as formTests from './form-tests.service.ts'
import { publish } from './publish-draft.service.ts'
import { optionRows } from './option-list.service.ts'
import * as ownTemplates from './own-templates.service.ts'
import { tryRules } from './rules-trial.service.ts'
import { versions } from './versions.service.ts'
import { formFile, readForm } from './xlsform.service.ts'

const xlsx = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export async function designingRoutes(app: FastifyInstance) {
  // Bytes are read as they come, by the feature; only here, and only under this type.
  takesBytes(app)

  route(app, contracts.listDrafts, ({ query }, ctx) => drafts.list(asMember(ctx), query))
  route(app, contracts.createDraft, ({ body }, ctx) => drafts.create(asMember(ctx), body))
  route(app, contracts.getDraft, ({ params }, ctx) => drafts.get(asMember(ctx), params.draftId))
  route(app, contracts.saveDraft, ({ params, body }, ctx) => drafts.save(asMember(ctx), params.draftId, body))
  route(app, contracts.deleteDraft, ({ params }, ctx) => drafts.remove(asMember(ctx), params.draftId))
  route(app, contracts.publishDraft, ({ params, body }, ctx) => publish(asMember(ctx), params.draftId, body))
  route(app, own.listOwnTemplates, ({ query }, ctx) => ownTemplates.list(asMember(ctx), query))
  route(app, own.keepOwnTemplate, ({ body }, ctx) => ownTemplates.keep(asMember(ctx), body))
  route(app, own.getOwnTemplate, ({ params }, ctx) => ownTemplates.get(asMember(ctx), params.ownTemplateId))
  route(app, own.relabelOwnTemplate, ({ params, body }, ctx) =>
    ownTemplates.relabel(asMember(ctx), params.ownTemplateId, body),
  )
  route(app, own.removeOwnTemplate, ({ params }, ctx) =>
    ownTemplates.remove(asMember(ctx), params.ownTemplateId),
  )
  route(app, tests.sendFormTest, ({ params, body }, ctx) =>
    formTests.send(asMember(ctx), params.draftId, body),
  )
  route(app, tests.listFormTests, ({ params }, ctx) => formTests.list(asMember(ctx), params.draftId))
  route(app, tests.finishFormTest, ({ params }, ctx) => formTests.finish(asMember(ctx), params.testId))
  route(app, tests.getFormTest, ({ params }, ctx) => formTests.open(asMember(ctx), params.testId))
  route(app, contracts.tryRules, ({ params }, ctx) => tryRules(asMember(ctx), params.draftId))
  route(app, contracts.listFormVersions, ({ params }, ctx) => versions(asMember(ctx), params.formId))
  route(app, contracts.readXlsForm, (_input, ctx) => readForm(ctx.request))
  route(app, contracts.readOptionList, (_input, ctx) => optionRows(ctx.request))
  route(app, contracts.writeXlsForm, async ({ params }, ctx) => {
    const { name, bytes } = await formFile(asMember(ctx), params.draftId)
    ctx.reply
      .type(xlsx)
      .header('content-disposition', asAttachment(name))
      .header('x-content-type-options', 'nosniff')
    return bytes
  })
}
