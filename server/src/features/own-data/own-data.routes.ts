import type { FastifyInstance } from 'fastify'
import * as consentContracts from '@kangbao/shared/contracts/consents.ts'
import * as contracts from '@kangbao/shared/contracts/own-data.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import * as consents from './own-consents.service.ts'
import * as ownData from './own-data.service.ts'

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export async function ownDataRoutes(app: FastifyInstance) {
  route(app, consentContracts.listMyConsents, ({ query }, ctx) => consents.list(asMember(ctx), query))
  route(app, consentContracts.withdrawConsent, ({ body }, ctx) => consents.withdraw(asMember(ctx), body))
  route(app, contracts.getMyData, (_input, ctx) => ownData.everything(asMember(ctx), 'json'))
  route(app, contracts.getMyDataSheet, async (_input, ctx) => {
    const data = await ownData.everything(asMember(ctx), 'xlsx')
    // Loaded when somebody asks: it is large, and few do.
    const { ownDataWorkbook } = await import('./own-data-sheet.ts')
    ctx.reply
      .type(workbookType)
      .header('content-disposition', 'attachment; filename="my-data.xlsx"')
      .header('x-content-type-options', 'nosniff')
    return ownDataWorkbook(data)
  })
  route(app, contracts.listLooks, ({ query }, ctx) => ownData.looks(asMember(ctx), query))
}
