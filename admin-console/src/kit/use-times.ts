import {
  civilDate,
  civilDayOf,
  wallTimeOf,
  weekdayOf,
  type CivilDate,
} from '@kangbao/shared/calendar/civil-day.ts'
import { useSession } from '../sessions/session-store.ts'
import { useTexts } from './texts.ts'

/** Moments and days as the org's clock and the screen's language show them. */
export function useTimes() {
  const session = useSession()
  const { t, locale } = useTexts()

  const zone = () => session.zone
  const today = (): CivilDate => civilDayOf(Date.now(), zone())
  const clock = (iso: string) => wallTimeOf(Date.parse(iso), zone())
  const seconds = (iso: string) => `${clock(iso)}:${new Date(iso).toISOString().slice(17, 19)}`

  function moment(iso: string): string {
    return `${civilDayOf(Date.parse(iso), zone())} ${clock(iso)}`
  }
  /** Just the time for today, else with the day. */
  function short(iso: string): string {
    const day = civilDayOf(Date.parse(iso), zone())
    return day === today() ? clock(iso) : `${day.slice(5)} ${clock(iso)}`
  }
  function weekday(n: number): string {
    return t(`time.weekday.${n}`)
  }
  /** `11月23日 周一` or `Mon 23 Nov`. */
  function day(text: string): string {
    const date = civilDate(text)
    const name = weekday(weekdayOf(date))
    if (locale() === 'zh-CN') return `${Number(date.slice(5, 7))}月${Number(date.slice(8))}日 ${name}`
    const month = new Date(`${date}T00:00:00Z`).toLocaleString('en', { month: 'short', timeZone: 'UTC' })
    return `${name} ${Number(date.slice(8))} ${month}`
  }
  /** A period's name, as a person would say it. */
  function period(name: string): string {
    if (name === 'once') return t('time.once')
    return name.length === 10 ? day(name) : name
  }
  function ago(iso: string): string {
    const minutes = Math.max(0, Math.round((Date.now() - Date.parse(iso)) / 60_000))
    if (minutes < 1) return t('time.just-now')
    if (minutes < 60) return t('time.minutes-ago', { n: minutes })
    if (minutes < 60 * 24) return t('time.hours-ago', { n: Math.round(minutes / 60) })
    return short(iso)
  }

  return { zone, today, clock, seconds, moment, short, weekday, day, period, ago }
}
