import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/designing.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as drafts from './drafts.service.ts'
import { publish } from './publish-draft.service.ts'
import { versions } from './versions.service.ts'

export async function designingRoutes(app: FastifyInstance) {
  route(app, contracts.listDrafts, ({ query }, ctx) => drafts.list(asMember(ctx), query))
  route(app, contracts.createDraft, ({ body }, ctx) => drafts.create(asMember(ctx), body))
  route(app, contracts.getDraft, ({ params }, ctx) => drafts.get(asMember(ctx), params.draftId))
  route(app, contracts.saveDraft, ({ params, body }, ctx) => drafts.save(asMember(ctx), params.draftId, body))
  route(app, contracts.deleteDraft, ({ params }, ctx) => drafts.remove(asMember(ctx), params.draftId))
  route(app, contracts.publishDraft, ({ params, body }, ctx) => publish(asMember(ctx), params.draftId, body))
  route(app, contracts.listFormVersions, ({ params }, ctx) => versions(asMember(ctx), params.formId))
}
