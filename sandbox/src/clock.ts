export interface Clock {
  now(): Date
}

/** Runs on from wherever it was set, so that a moved day still has minutes in it. */
export interface ControlledClock extends Clock {
  set(now: Date | null): void
  advance(ms: number): void
}

export function systemClock(): ControlledClock {
  let offsetMs = 0
  return {
    now: () => new Date(Date.now() + offsetMs),
    set: (now) => {
      offsetMs = now === null ? 0 : now.getTime() - Date.now()
    },
    advance: (ms) => {
      offsetMs += ms
    },
  }
}
