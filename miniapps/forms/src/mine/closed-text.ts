import type { MyDay } from '@kangbao/shared/contracts/my-record.ts'
import { shortMoment } from '@kangbao/kit/i18n/time.ts'

type Say = (key: string, values?: Readonly<Record<string, string | number>>) => string

/** Why a period takes no answers any more, and when the form opens again, as short parts of a line. */
export function closedText(
  t: Say,
  closed: NonNullable<MyDay['closed']>,
  zone: string,
  now: number,
): string[] {
  const time = (iso: string) => shortMoment(iso, zone, now)
  const { why, since, opensAt } = closed
  if (why === 'not-in-range') return [t('history.notInRange')]
  if (why === 'form-ended')
    return [since ? t('history.formEndedAt', { time: time(since) }) : t('history.formEnded')]
  return [
    since ? t('history.cutOff', { time: time(since) }) : '',
    opensAt === null
      ? ''
      : Date.parse(opensAt) <= now
        ? t('history.isOpenAgain')
        : t('history.opensAt', { time: time(opensAt) }),
  ].filter(Boolean)
}
