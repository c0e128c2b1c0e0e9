import type { FastifyInstance } from 'fastify'
import * as record from '@kangbao/shared/contracts/my-record.ts'
import * as contracts from '@kangbao/shared/contracts/submissions.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { letsViewersIn } from '../forms/index.ts'
import * as corrections from './corrections.service.ts'
import { myDays, mySubmission } from './own-days.service.ts'
import * as own from './own-submissions.service.ts'
import { reveal } from './reveal.service.ts'
import { submissionWriter } from './submission-writer.ts'
import * as submissions from './submissions.service.ts'

export async function submissionRoutes(app: FastifyInstance) {
  const writer = submissionWriter(app.deps)
  route(app, contracts.listMyForms, (_input, ctx) => own.myForms(asMember(ctx)))
  route(app, contracts.getFilling, ({ params }, ctx) => own.filling(asMember(ctx), params.formId))
  route(app, contracts.fileSubmission, ({ params, body }, ctx) =>
    submissions.file(asMember(ctx), writer, { ...params, ...body }),
  )
  route(app, contracts.listMySubmissions, ({ query }, ctx) => own.history(asMember(ctx), query))
  route(app, record.listMyDays, ({ query }, ctx) => myDays(asMember(ctx), query))
  route(app, record.getMySubmission, ({ params }, ctx) => mySubmission(asMember(ctx), params))
  route(
    app,
    contracts.getSubmission,
    ({ params }, ctx) => corrections.read(asMember(ctx), params),
    letsViewersIn,
  )
  route(
    app,
    contracts.listSubmissionFiles,
    ({ params }, ctx) => corrections.readFiles(asMember(ctx), params),
    letsViewersIn,
  )
  route(app, contracts.revealAnswer, ({ params, body }, ctx) => reveal(asMember(ctx), params, body))
  route(app, contracts.correctSubmission, ({ params, body }, ctx) =>
    corrections.correct(asMember(ctx), params, body),
  )
}
