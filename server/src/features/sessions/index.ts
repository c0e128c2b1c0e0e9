import { forgetRevocations } from '../../db/revocations.repo.ts'
import { defineTick } from '../../jobs/define-job.ts'
import type { Feature } from '../index.ts'
import { forgetSessions } from './open-sessions.system.ts'
import { sessionRoutes } from './sessions.routes.ts'
import { forgetCodes } from './sms-codes.system.ts'
import { forgetReminderTexts } from './sms-reminders.system.ts'
import { watchSms } from './sms-watch.system.ts'

export { dropCode } from './sms-codes.system.ts'
export { takeReminderTexts } from './sms-reminders.system.ts'
export { fileElsewhere, isRight, localeOf, newChallenge, resendAfterS } from './sms-codes.service.ts'

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
