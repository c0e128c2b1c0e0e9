import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/certification.ts'
import { found } from '../errors.ts'
import { operatorRoute, orgRoute, slowOrgRoute } from '../http/route.ts'
import * as certification from './certification.service.ts'
import { letterDocument } from './letter.ts'
import * as papers from './papers.ts'
import * as review from './review.ts'

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

export function certificationRoutes(app: FastifyInstance): void {
  slowOrgRoute(app, contracts.uploadPaper, ({ params }, ctx) => papers.upload(ctx, params.item))
  orgRoute(app, contracts.readPaper, ({ params }, ctx, reply) =>
    papers.send(ctx.scope, ctx.deps, { id: params.id, reply }),
  )
  orgRoute(app, contracts.letterTemplate, async (_input, { scope, deps }, reply) => {
    const { name } = found(
      await scope.one<{ name: string }>(sql`select name from orgs where id = ${scope.orgId}`),
    )
    return reply.type(docx).send(letterDocument(name, deps.config.smsSignName))
  })
  orgRoute(app, contracts.requestCertification, ({ body }, ctx) => certification.request(ctx, body))
  orgRoute(app, contracts.getCertification, (_input, ctx) => certification.get(ctx))
  orgRoute(app, contracts.withdrawCertification, ({ params }, ctx) => certification.withdraw(ctx, params.id))

  operatorRoute(app, contracts.listCertifications, ({ body }, ctx) => review.search(ctx, body))
  operatorRoute(app, contracts.readCertification, ({ params }, ctx) => review.read(ctx, params))
  operatorRoute(app, contracts.readCertificationPaper, ({ params }, ctx, reply) =>
    review.sendPaper(ctx, { ...params, reply }),
  )
  operatorRoute(app, contracts.revealIdNumber, ({ params, body }, ctx) =>
    review.revealIdNumber(ctx, params, body.reason),
  )
  operatorRoute(app, contracts.decideCertification, ({ params, body }, ctx) =>
    review.decide(ctx, params, body),
  )
}
