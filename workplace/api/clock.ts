/** Time as a port: nothing with business meaning asks the system. */
export interface Clock {
  now(): Date
}

export interface SteeredClock extends Clock {
  /** Stands still at this moment; null lets it run with the system again. */
  set(at: Date | null): void
  advance(ms: number): void
}

/** Runs with the system until told otherwise. */
export function createClock(): SteeredClock {
  let fixed: number | null = null
  let offset = 0
  return {
    now: () => new Date((fixed ?? Date.now()) + offset),
    set: (at) => {
      fixed = at === null ? null : at.getTime()
      offset = 0
    },
    advance: (ms) => {
      offset += ms
    },
  }
}

const shanghaiDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' })

/** The civil day of an instant where orgs live, as YYYY-MM-DD. */
export const civilDay = (at: Date): string => shanghaiDay.format(at)

export const addSeconds = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000)
