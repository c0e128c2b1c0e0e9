import { randomInt } from 'node:crypto'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** After each failed attempt at one event; after the last it is given up and lies among the dead letters. */
const pauses = [5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute, hour, 3 * hour, 6 * hour]
/** A receiver that asks for a longer rest gets this. */
const longestAskedMs = hour
/** Nothing arrived for so long: the endpoint is disabled and the admins are told. */
export const failingMs = 5 * 24 * hour

/**
 * When to try again after so many failures, some of it by chance, so that many endpoints of one receiver do not come at
 * once; null when it has been tried often enough.
 * @param chance between 0 and 1.
 */
export function pauseAfter(
  attempts: number,
  askedMs: number | null,
  chance = randomInt(1_000) / 999,
): number | null {
  const pause = pauses[attempts - 1]
  if (pause === undefined) return null
  const spread = Math.round(pause * (0.8 + 0.4 * chance))
  return Math.max(spread, Math.min(askedMs ?? 0, longestAskedMs))
}
