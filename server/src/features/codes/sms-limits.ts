import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

interface Rule {
  readonly withinMs: number
  readonly most: number
}

/** The carrier's own rule for a phone, and what one address may cause (S-18). */
const limits: Readonly<Record<'phone' | 'address', readonly Rule[]>> = {
  phone: [
    { withinMs: minuteMs, most: 1 },
    { withinMs: hourMs, most: 5 },
    { withinMs: dayMs, most: 10 },
  ],
  address: [
    { withinMs: minuteMs, most: 10 },
    { withinMs: hourMs, most: 60 },
  ],
}

/** Texts to phones nobody has confirmed: enough for the few who mistake the number, too few to earn money with. */
const unknownBudget = { hour: 60, day: 300 }
/** Numbers that share their first seven digits: bought in bulk, or one town's. */
const prefixBudget = { hour: 40 }
const orgBudget = { hour: 200, day: 1_000 }
/** An installation's day holds this many of its hours. */
const hoursInADay = 6

/** How long until the oldest of the last `most` leaves its window; 0 when another may go now. */
export function waitFor(
  whose: keyof typeof limits,
  sent: readonly EpochMs[],
  now: EpochMs,
  scale = 1,
): number {
  const waits = limits[whose].map(({ withinMs, most }) => {
    const blocking = sent[most * scale - 1]
    return blocking === undefined ? 0 : blocking + withinMs - now
  })
  return Math.max(0, ...waits)
}

/** Texts sent in the last hour and day: of the installation, to unknown phones, to one prefix, for one org. */
export interface Sums {
  readonly allHour: number
  readonly allDay: number
  readonly unknownHour: number
  readonly unknownDay: number
  readonly prefixHour: number
  readonly orgHour: number
  readonly orgDay: number
}

/** Whether another text would go over a budget. Unknown phones cannot use up what known ones need. */
export function isOverBudget(sums: Sums, hourlyBudget: number, scale: number, isKnown: boolean): boolean {
  const over = (spent: number, budget: number) => spent >= budget * scale
  return (
    sums.allHour >= hourlyBudget ||
    sums.allDay >= hourlyBudget * hoursInADay ||
    over(sums.prefixHour, prefixBudget.hour) ||
    over(sums.orgHour, orgBudget.hour) ||
    over(sums.orgDay, orgBudget.day) ||
    (!isKnown && (over(sums.unknownHour, unknownBudget.hour) || over(sums.unknownDay, unknownBudget.day)))
  )
}

/** Reminders leave at least this share of the budget to codes. */
const reminderShare = 0.75

/** Whether reminders may bring the texts of the last hour and day to this: a code has to go out afterwards all the same. */
export function leavesRoom(
  spent: { readonly hour: number; readonly day: number },
  hourlyBudget: number,
): boolean {
  const most = hourlyBudget * reminderShare
  return spent.hour <= most && spent.day <= most * hoursInADay
}

const worthLookingAt = 30
const leastShareUsed = 0.2

/** Codes that are sent and never used: somebody earns by them, or the texts do not arrive. */
export function looksPumped({ sent, used }: { sent: number; used: number }): boolean {
  return sent >= worthLookingAt && used < sent * leastShareUsed
}
