import { useI18n } from 'vue-i18n'
import { fullTime, shortTime } from '@/messages/times.ts'

/** Times in the current language and the org's zone. */
export function useTimes() {
  const { t, locale } = useI18n()
  return {
    short: (iso: string) => shortTime(iso, new Date(), locale.value, t('common.yesterday')),
    full: (iso: string) => fullTime(iso, new Date(), locale.value, t('common.yesterday')),
  }
}
