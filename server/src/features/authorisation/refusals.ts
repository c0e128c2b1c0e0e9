/** Rows one app may cause in a minute; what comes beyond is counted and told with the next row. */
const perMinute = 60
const minuteMs = 60_000

export interface Refusals {
  /** Whether this refusal gets a row of its own, and how many before it got none. */
  next(app: string): { readonly isNoted: boolean; readonly unnoted: number }
}

/** A flood of forged callbacks must not become a flood of audit rows. Runs on the machine's steady time. */
export function countedRefusals(now: () => number = () => performance.now()): Refusals {
  const byApp = new Map<string, { since: number; noted: number; unnoted: number }>()
  return {
    next(app) {
      const known = byApp.get(app)
      const at = now()
      const current =
        known && at - known.since < minuteMs ? known : { since: at, noted: 0, unnoted: known?.unnoted ?? 0 }
      byApp.set(app, current)
      if (current.noted >= perMinute) {
        current.unnoted += 1
        return { isNoted: false, unnoted: 0 }
      }
      current.noted += 1
      const { unnoted } = current
      current.unnoted = 0
      return { isNoted: true, unnoted }
    },
  }
}
