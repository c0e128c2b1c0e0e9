import { Type, type Static } from 'typebox'
import { QuietHours } from '../calendar/reminders.ts'
import { changes, own } from './audit-declaration.ts'
import { contract } from './contract.ts'

const Way = Type.Union([
  Type.Literal('sms:reminders'),
  Type.Literal('mail:reminders'),
  Type.Literal('mail:exports'),
])

/** Work notifications are the organisation's own channel and always go out; what else comes is the person's choice. */
export const MyNotifications = Type.Object(
  {
    stopped: Type.Array(Way, { maxItems: 3, uniqueItems: true }),
    /** When the caller wants no reminder, in the wall time of the organisation; null: never mind the hour. */
    quietHours: Type.Union([QuietHours, Type.Null()]),
  },
  { additionalProperties: false },
)
export type MyNotifications = Static<typeof MyNotifications>

/** What is chosen; quiet hours that are not named stay as they are. */
const Choice = Type.Object(
  {
    stopped: MyNotifications.properties.stopped,
    quietHours: Type.Optional(MyNotifications.properties.quietHours),
  },
  { additionalProperties: false },
)
export type NotificationChoice = Static<typeof Choice>

export const getMyNotifications = contract({
  method: 'GET',
  path: '/me/notifications',
  summary: 'Which ways besides work notifications the caller has stopped, and his own quiet hours',
  permission: 'submissions.file',
  audit: own('the caller’s own choice'),
  response: MyNotifications,
  errors: [],
})

export const chooseMyNotifications = contract({
  method: 'PUT',
  path: '/me/notifications',
  summary: 'Stop ways besides work notifications, or let them come again, and set one’s own quiet hours',
  permission: 'submissions.file',
  audit: changes('notifications.chosen', { detail: ['body.stopped', 'body.quietHours'] }),
  body: Choice,
  response: MyNotifications,
  errors: [],
})
