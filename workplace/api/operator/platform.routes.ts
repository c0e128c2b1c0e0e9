import type { FastifyInstance } from 'fastify'
import * as contracts from '../../contracts/operator-platform.ts'
import type { Deps } from '../deps.ts'
import { operatorRoute } from '../http/route.ts'
import { changeLimits, defaultLimits, readLimits } from '../platform/platform-limits.ts'
import * as templates from '../platform/templates.ts'
import { recordAct } from './acts.ts'

/** What the operator decides of the open platform: its limits, and the templates apps may send. */
export function platformOperatorRoutes(app: FastifyInstance): void {
  operatorRoute(app, contracts.getPlatformLimits, (_input, { deps }) => limits(deps))
  operatorRoute(app, contracts.setPlatformLimits, async ({ body }, ctx) => {
    await ctx.deps.db.transaction(async (tx) => {
      await changeLimits(tx, body.limits)
      await recordAct(tx, ctx, { action: 'limits.changed', subject: '', detail: { ...body.limits } })
    })
    return limits(ctx.deps)
  })
  operatorRoute(app, contracts.listMessageTemplates, ({ query }, { deps }) =>
    templates.listTemplates(deps, query),
  )
  operatorRoute(app, contracts.submitMessageTemplate, ({ params, body }, ctx) =>
    ctx.deps.db.transaction(async (tx) => {
      const template = await templates.submitTemplate(ctx.deps, tx, { ...params, ...body })
      await recordAct(tx, ctx, { action: 'template.submitted', subject: template.name })
      return template
    }),
  )
  operatorRoute(app, contracts.reviewMessageTemplate, ({ params, body }, ctx) =>
    ctx.deps.db.transaction(async (tx) => {
      const template = await templates.reviewTemplate(ctx.deps, tx, { ...params, ...body })
      const action = body.decision === 'approve' ? 'template.approved' : 'template.returned'
      await recordAct(tx, ctx, { action, subject: template.name })
      return template
    }),
  )
}

const limits = async (deps: Deps) => ({ limits: await readLimits(deps), defaults: defaultLimits(deps) })
