import type { Rung } from '@kangbao/shared/calendar/reminder-ladder.ts'

export const digestKinds = ['remind-heads', 'remind-admins'] as const
export type DigestKind = (typeof digestKinds)[number]
/** Ways beside the platform's cards, to whom none of them reached. */
export type BesideKind = 'remind-sms' | 'remind-mail'
export type ReminderKind = 'remind-members' | 'remind-again' | BesideKind | DigestKind

/** Why somebody of a push waits, or was not written to: he has asked not to be woken then. */
export const ownQuiet = 'own-quiet-hours'

export const kindOfRung: Readonly<Record<Rung, ReminderKind>> = {
  member: 'remind-members',
  again: 'remind-again',
  sms: 'remind-sms',
  mail: 'remind-mail',
  heads: 'remind-heads',
  admins: 'remind-admins',
}

export function isDigest(kind: string): kind is DigestKind {
  return digestKinds.some((each) => each === kind)
}
