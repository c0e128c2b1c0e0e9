import { addDays, civilDayOf, instantAt, wallTimeOf, type EpochMs } from './civil-day.ts'
import type { QuietHours, Reminders } from './reminders.ts'

/** The rungs in their order: the person, again, a text and a mail to whom no card reached, the heads, the admins (Z-33). */
export const rungs = ['member', 'again', 'sms', 'mail', 'heads', 'admins'] as const
export type Rung = (typeof rungs)[number]

/** What the publish page starts from. */
export const usualQuietHours: QuietHours = { from: '22:00', to: '07:00' }

/** One message per manager for whatever comes due within so many minutes. */
export const digestWindowMinutes = 30

export interface Ladder {
  /** Minutes after the send; null switches a rung off. */
  readonly afterMinutes: Readonly<Record<Rung, number | null>>
  readonly quietHours: QuietHours | null
}

/** The ladder that stored settings mean; those of before keep their meaning: nothing new is switched on in them. */
export function ladderOf(stored: Reminders): Ladder {
  return {
    afterMinutes: {
      member: stored.memberAfterMinutes,
      again: stored.againAfterMinutes ?? null,
      sms: stored.smsAfterMinutes ?? null,
      mail: stored.mailAfterMinutes ?? null,
      heads: stored.headsAfterMinutes,
      admins: stored.adminsAfterMinutes ?? null,
    },
    quietHours: stored.quietHours ?? null,
  }
}

/** What is stored for a ladder; the reverse of `ladderOf`. */
export function storedLadder({ afterMinutes, quietHours }: Ladder): Reminders {
  return {
    memberAfterMinutes: afterMinutes.member,
    againAfterMinutes: afterMinutes.again,
    smsAfterMinutes: afterMinutes.sms,
    mailAfterMinutes: afterMinutes.mail,
    headsAfterMinutes: afterMinutes.heads,
    adminsAfterMinutes: afterMinutes.admins,
    quietHours,
  }
}

/** The rungs that are on, in their order. */
export function rungsOn({ afterMinutes }: Ladder): { rung: Rung; afterMinutes: number }[] {
  return rungs.flatMap((rung) => {
    const after = afterMinutes[rung]
    return after === null ? [] : [{ rung, afterMinutes: after }]
  })
}

/**
 * Whether each rung that is on comes later than the one before it; of stored settings of before, not earlier. A text or
 * a mail may come at any time: they are other ways to the same people.
 */
export function climbs(ladder: Ladder): boolean {
  const on = rungsOn(ladder).filter(({ rung }) => rung !== 'sms' && rung !== 'mail')
  return on.every(({ rung, afterMinutes }, i) => {
    const before = on[i - 1]
    if (!before) return true
    return rung === 'again' ? afterMinutes > before.afterMinutes : afterMinutes >= before.afterMinutes
  })
}

/** Where a rung comes in time: then, or not at all, and why. */
export type Placed =
  { readonly at: EpochMs; readonly isMoved: boolean } | { readonly dropped: 'quiet-hours' | 'after-cut-off' }

/** Quiet hours of several owners that follow one another are over after as many steps as there are owners, and one more. */
const mostMoves = 4

/**
 * Keeps a moment out of quiet hours, the form's and those a person has set for himself: what falls into any of them comes
 * when they have all ended, if the period still takes answers then.
 * @param closesAt first moment that takes no answers any more; null when the form stays open.
 * @param zone in whose wall time the quiet hours are meant.
 */
export function placeRung(
  at: EpochMs,
  {
    quietHours,
    closesAt,
    zone,
  }: { quietHours: readonly (QuietHours | null)[]; closesAt: EpochMs | null; zone: string },
): Placed {
  const isOver = (moment: EpochMs) => closesAt !== null && moment >= closesAt
  if (isOver(at)) return { dropped: 'after-cut-off' }
  let moment = at
  for (let moves = 0; moves <= mostMoves; moves += 1) {
    const hours = quietHours.find((each) => each !== null && isQuiet(moment, each, zone))
    if (!hours) return { at: moment, isMoved: moment !== at }
    moment = endOfQuiet(moment, hours, zone)
    if (isOver(moment)) break
  }
  // Closed by then, or quiet all day.
  return { dropped: 'quiet-hours' }
}

/** Whether a moment lies in quiet hours: the first minute does, the last does not. Of equal times they are none. */
export function isQuiet(at: EpochMs, { from, to }: QuietHours, zone: string): boolean {
  const time = wallTimeOf(at, zone)
  return from <= to ? from <= time && time < to : time >= from || time < to
}

function endOfQuiet(at: EpochMs, { to }: QuietHours, zone: string): EpochMs {
  const today = civilDayOf(at, zone)
  return instantAt(wallTimeOf(at, zone) < to ? today : addDays(today, 1), to, zone)
}
