import type { MovableClock } from '../ports/clock.ts'

/** True time plus an offset: moving it lets it run on from there. */
export function movableClock(aheadMs = 0): MovableClock {
  let offsetMs = aheadMs
  return {
    now: () => Date.now() + offsetMs,
    set(at) {
      offsetMs = at === null ? 0 : at - Date.now()
    },
    advance(ms) {
      offsetMs += ms
    },
  }
}

/** A clock that stands still wherever it is put: for tests that compare exact moments. */
export function frozenClock(at: number): MovableClock {
  let now = at
  return {
    now: () => now,
    set(next) {
      now = next ?? at
    },
    advance(ms) {
      now += ms
    },
  }
}
