import { Type, type Static } from 'typebox'
import { WallTime } from './repeat-schedule.ts'

/** From a wall time until another one, over midnight when the first is the later; nobody is reminded then. */
export const QuietHours = Type.Object({ from: WallTime, to: WallTime }, { additionalProperties: false })
export type QuietHours = Static<typeof QuietHours>

const minutes = Type.Union([Type.Integer({ minimum: 5, maximum: 1440 }), Type.Null()])

/** As stored. What was published before there was a ladder has the first two alone, and no quiet hours. */
export const Reminders = Type.Object(
  {
    memberAfterMinutes: minutes,
    againAfterMinutes: Type.Optional(minutes),
    /** A text message to those who have a phone on record and have not read a card. */
    smsAfterMinutes: Type.Optional(minutes),
    /** A mail to those who have confirmed an address and have not read a card. */
    mailAfterMinutes: Type.Optional(minutes),
    headsAfterMinutes: minutes,
    adminsAfterMinutes: Type.Optional(minutes),
    quietHours: Type.Optional(Type.Union([QuietHours, Type.Null()])),
  },
  { additionalProperties: false },
)
export type Reminders = Static<typeof Reminders>
