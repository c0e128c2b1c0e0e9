/* One-time codes and the budget of everything sent by text; below sessions, since who is told by mail needs codes too. */
export { dropCode, forgetCodes } from './sms-codes.system.ts'
export {
  fileElsewhere,
  isRight,
  newChallenge,
  redeem,
  resendAfterS,
  send,
  sendWithChallenge,
} from './sms-codes.service.ts'
export { forgetReminderTexts, takeReminderTexts } from './sms-reminders.system.ts'
export { watchSms } from './sms-watch.system.ts'
