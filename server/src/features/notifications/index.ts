import type { Feature } from '../index.ts'
import { alertAbnormal, tellNewAnswers } from './alerts.jobs.ts'
import { sendDigest } from './digests.jobs.ts'
import { notificationRoutes } from './notifications.routes.ts'
import { sendPush, settlePush } from './push.jobs.ts'
import { askReads } from './reads.jobs.ts'
import { runStep, takeSteps } from './steps.jobs.ts'

export { holdInstalled, senderOf } from './form-facts.repo.ts'
export { exportLetterOutcome } from './letter-outcome.repo.ts'
export { mayMail } from './reachable.repo.ts'
export { hasStopped, removeChoices } from './choices.repo.ts'
export { testCard } from './cards.ts'
export { alertAbnormal, tellNewAnswers, tellRefusal } from './alerts.jobs.ts'
export { planPush, type PushPlan } from './planning.service.ts'
export { remind } from './remind.service.ts'
export {
  nextSendsOf,
  rescheduleOrg,
  scheduleForm,
  unscheduleForm,
  unscheduleOrg,
  type ScheduledForm,
} from './schedule.service.ts'

export const notifications: Feature = {
  routes: notificationRoutes,
  jobs: [runStep, sendDigest, sendPush, settlePush, askReads, alertAbnormal, tellNewAnswers],
  ticks: [takeSteps],
}
