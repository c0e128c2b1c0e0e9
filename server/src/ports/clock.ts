import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'

/** The only source of "now" for anything that has business meaning. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): EpochMs
}

/** A clock that tests, the demo and benchmarks can move. */
export interface MovableClock extends Clock {
  /** Goes on from a moment; null goes back to the true time. */
  set(at: EpochMs | null): void
  advance(ms: number): void
}
