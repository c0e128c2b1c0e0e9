import { Type, type Static } from 'typebox'
import { changes, own } from './audit-declaration.ts'
import { contract } from './contract.ts'

const Way = Type.Union([
  Type.Literal('sms:reminders'),
  Type.Literal('mail:reminders'),
  Type.Literal('mail:exports'),
])

/** Work notifications are the organisation's own channel and always go out; what else comes is the person's choice. */
export const MyNotifications = Type.Object(
  { stopped: Type.Array(Way, { maxItems: 3, uniqueItems: true }) },
  { additionalProperties: false },
)
export type MyNotifications = Static<typeof MyNotifications>

export const getMyNotifications = contract({
  method: 'GET',
  path: '/me/notifications',
  summary: 'Which ways besides work notifications the caller has stopped',
  permission: 'submissions.file',
  audit: own('the caller’s own choice'),
  response: MyNotifications,
  errors: [],
})

export const chooseMyNotifications = contract({
  method: 'PUT',
  path: '/me/notifications',
  summary: 'Stop ways besides work notifications, or let them come again',
  permission: 'submissions.file',
  audit: changes('notifications.chosen', { detail: ['body.stopped'] }),
  body: MyNotifications,
  response: MyNotifications,
  errors: [],
})
