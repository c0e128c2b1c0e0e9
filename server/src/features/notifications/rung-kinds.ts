import type { Rung } from '@kangbao/shared/calendar/reminder-ladder.ts'

export const digestKinds = ['remind-heads', 'remind-admins'] as const
export type DigestKind = (typeof digestKinds)[number]
export type ReminderKind = 'remind-members' | 'remind-again' | 'remind-sms' | DigestKind

export const kindOfRung: Readonly<Record<Rung, ReminderKind>> = {
  member: 'remind-members',
  again: 'remind-again',
  sms: 'remind-sms',
  heads: 'remind-heads',
  admins: 'remind-admins',
}

export function isDigest(kind: string): kind is DigestKind {
  return digestKinds.some((each) => each === kind)
}
