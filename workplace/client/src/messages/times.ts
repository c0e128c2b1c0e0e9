const dayMs = 86_400_000

/** The org's zone; the workplace shows every time in it, wherever the phone is. */
export const timeZone = 'Asia/Shanghai'

const civilDay = (instant: Date) =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
    instant,
  )

/** Time of day for today, weekday within a week, else the date: as short as it can be told. */
export function shortTime(iso: string, now: Date, locale: string, yesterday: string): string {
  const at = new Date(iso)
  const today = civilDay(now)
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
  if (civilDay(at) === today) return clock.format(at)
  if (civilDay(at) === civilDay(new Date(now.getTime() - dayMs))) return yesterday
  const isThisYear = civilDay(at).slice(0, 4) === today.slice(0, 4)
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    month: 'numeric',
    day: 'numeric',
    ...(!isThisYear && { year: 'numeric' }),
  }).format(at)
}

/** Date and time in full, for a message or a DING. */
export function fullTime(iso: string, now: Date, locale: string, yesterday: string): string {
  const clock = new Intl.DateTimeFormat(locale, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
  const short = shortTime(iso, now, locale, yesterday)
  const time = clock.format(new Date(iso))
  return short === time ? time : `${short} ${time}`
}

/** Messages further apart than this get a time line between them. */
export const quietMs = 5 * 60_000

export const isApart = (earlier: string | undefined, later: string) =>
  earlier === undefined || Date.parse(later) - Date.parse(earlier) > quietMs
