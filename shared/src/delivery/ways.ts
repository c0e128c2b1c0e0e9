import type { MyNotifications } from '../contracts/my-notifications.ts'

/** Ways besides work notifications, by what they bring: each can be stopped by whom it goes to. */
export type Way = MyNotifications['stopped'][number]

/** Their places stand in links of mails for years, so add at the end, and never take one away. */
export const ways = ['sms:reminders', 'mail:reminders', 'mail:exports'] as const satisfies readonly Way[]
