import { useI18n } from 'vue-i18n'
import type { OperatorAct } from '@kangbao/workplace/contracts/operator-access.ts'
import { useDeviceWords } from '@/account/use-device-words.ts'

/** What an operator did, to what and how, in words. */
export function useActWords() {
  const { t, te } = useI18n()
  const { placeText } = useDeviceWords()
  const textOr = (plain: string, ...keys: string[]) => {
    const known = keys.find((key) => te(key))
    return known ? t(known) : plain
  }
  /** Levels and parts of a certification, one or several in a row, are told as on its own pages. */
  const groups: Readonly<Record<string, string>> = { level: 'levels', items: 'items' }
  const valueText = (key: string, value: string) => {
    const group = groups[key]
    if (!group) return value
    const names = value.split(', ').map((name) => textOr(name, `certify.${group}.${name}`))
    return names.join(', ')
  }

  return {
    // Keys of a locale hold neither dots nor dashes.
    actionText: (action: string) => t(`operator.actions.${action.replaceAll(/[.-]/g, '_')}`),
    /** A sign-in is about the place it came from. */
    subjectText: ({ action, subject }: OperatorAct) =>
      action === 'session.started' ? placeText(subject) : subject,
    detailText: ({ detail }: OperatorAct) =>
      Object.entries(detail)
        .map(([key, value]) => {
          const label = textOr(key, `operator.details.${key}`, `operator.limits.${key}`)
          return `${label}: ${valueText(key, String(value))}`
        })
        .join(' · '),
  }
}
