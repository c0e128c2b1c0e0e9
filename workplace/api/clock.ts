/** Time as a port: nothing with business meaning asks the system. */
export interface Clock {
  now(): Date
}

export interface SteeredClock extends Clock {
  /** Puts it to this moment, from where it runs on; null gives it the system's time again. */
  set(at: Date | null): void
  advance(ms: number): void
}

/** True time until told otherwise; it never stands still, or nothing would be tried again after a pause. */
export function createClock(): SteeredClock {
  let offsetMs = 0
  return {
    now: () => new Date(Date.now() + offsetMs),
    set: (at) => {
      offsetMs = at === null ? 0 : at.getTime() - Date.now()
    },
    advance: (ms) => {
      offsetMs += ms
    },
  }
}

const shanghaiDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' })

/** The civil day of an instant where orgs live, as YYYY-MM-DD. */
export const civilDay = (at: Date): string => shanghaiDay.format(at)

export const addSeconds = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000)
