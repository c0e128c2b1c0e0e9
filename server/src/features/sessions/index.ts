import { defineTick } from '../../jobs/define-job.ts'
import type { Feature } from '../index.ts'
import { sessionRoutes } from './sessions.routes.ts'
import { forgetCodes } from './sms-codes.system.ts'

const sweep = defineTick({
  name: 'sessions.sweep',
  everyMs: 3_600_000,
  run: ({ deps }) => deps.database.inSystem((system) => forgetCodes(system, deps.clock.now())),
})

export const sessions: Feature = { routes: sessionRoutes, ticks: [sweep] }
