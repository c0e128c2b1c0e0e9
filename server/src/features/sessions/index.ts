import { forgetRevocations } from '../../db/revocations.repo.ts'
import { defineTick } from '../../jobs/define-job.ts'
import { forgetCodes, forgetReminderTexts, watchSms } from '../codes/index.ts'
import type { Feature } from '../index.ts'
import { forgetSessions } from './open-sessions.system.ts'
import { sessionRoutes } from './sessions.routes.ts'

export { viewerOf } from './viewers.service.ts'

const sweep = defineTick({
  name: 'sessions.sweep',
  everyMs: 3_600_000,
  run: ({ deps }) =>
    deps.database.inSystem(async (system) => {
      await forgetCodes(system, deps.clock.now())
      await forgetReminderTexts(system, deps.clock.now())
      await forgetSessions(system, deps.clock.now())
      await forgetRevocations(system)
    }),
})

const watch = defineTick({ name: 'sessions.sms-watch', everyMs: 60_000, run: ({ deps }) => watchSms(deps) })

export const sessions: Feature = { routes: sessionRoutes, ticks: [sweep, watch] }
