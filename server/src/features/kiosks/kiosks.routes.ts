import type { FastifyInstance } from 'fastify'
import * as contracts from '@kangbao/shared/contracts/kiosks.ts'
import * as tablet from '@kangbao/shared/contracts/kiosk-tablet.ts'
import { asMember } from '../../http/context.ts'
import { route } from '../../http/route.ts'
import { received, takesBytes } from '../files/index.ts'
import * as cards from './cards.service.ts'
import * as kiosks from './kiosks.service.ts'
import * as visits from './visits.service.ts'

export async function kioskRoutes(app: FastifyInstance) {
  route(app, contracts.listKiosks, ({ query }, ctx) => kiosks.list(asMember(ctx), query))
  route(app, contracts.openKiosk, ({ body }, ctx) => kiosks.open(asMember(ctx), body))
  route(app, contracts.renewKiosk, ({ params }, ctx) => kiosks.renew(asMember(ctx), params.kioskId))
  route(app, contracts.closeKiosk, ({ params }, ctx) => kiosks.close(asMember(ctx), params.kioskId))
  route(app, contracts.printCards, ({ body }, ctx) => cards.print(asMember(ctx), body))
  route(app, tablet.knockAtKiosk, ({ body }, { deps }) => visits.knock(deps, body))
  route(app, tablet.enterKiosk, ({ body }, { deps }) => visits.enter(deps, body))
  route(app, tablet.listKioskForms, ({ body }, { deps }) => visits.forms(deps, body))
  route(app, tablet.getKioskFilling, ({ body }, { deps }) => visits.filling(deps, body))
  takesBytes(app)
  route(app, tablet.sendKioskFile, ({ query }, { deps, request }) =>
    received(request, (arriving) =>
      visits.sendFile(deps, request.headers[tablet.kioskVisitHeader], { ...query, ...arriving }),
    ),
  )
  route(app, tablet.fileAtKiosk, ({ body }, { deps }) => visits.file(deps, body))
}
