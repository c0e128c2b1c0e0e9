import { ladderOf } from '@kangbao/shared/calendar/reminder-ladder.ts'
import type { FormSettings } from '@kangbao/shared/contracts/forms.ts'
import type { SendResult } from '../../ports/workplace.ts'

/** People of one task of whom the platform tells what became of each (`getsendresult`, `getreaders`). */
export const mostTold = 100

/**
 * Whether a result speaks of everybody it was sent to. Of a larger task whoever is in no list was sent the message, and
 * that is all anybody knows: the ledger does not call it delivered.
 */
export function isToldOfAll(
  { failed, read, unread }: Pick<SendResult, 'failed' | 'read' | 'unread'>,
  sentTo: number,
): boolean {
  return sentTo <= mostTold || failed.length + read.length + unread.length >= sentTo
}

/**
 * People named in one call about a form. Calls are counted by the month, so it is as many as the platform takes; but where
 * texts or mails follow for those who have not read the card, it has to be known who has.
 */
export function batchSizeFor({ reminders }: Pick<FormSettings, 'reminders'>, most: number): number {
  const { sms, mail } = ladderOf(reminders).afterMinutes
  return sms === null && mail === null ? most : Math.min(most, mostTold)
}
