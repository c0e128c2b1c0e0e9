import { workplaceErrors } from '@kangbao/workplace/contracts/errors.ts'
import { useI18n } from 'vue-i18n'
import { ApiProblem } from './problem.ts'

type Translate = (key: string, named?: Record<string, unknown>) => string

export interface ErrorWords {
  readonly locale: string
  readonly t: Translate
  readonly has: (key: string) => boolean
}

/** Locale keys cannot hold the dots and dashes of a code. */
export const hintKey = (code: string) => `errors.hint.${code.replaceAll(/[.-]/g, '_')}`

/** What went wrong and, where we know it, what to do about it, in the person's language. */
export function errorText(error: unknown, { locale, t, has }: ErrorWords): string {
  if (!(error instanceof ApiProblem)) return t('errors.unknown')
  const hint = hintKey(error.code)
  return [whatHappened(error, locale, t), waitText(error, t), has(hint) ? t(hint) : '']
    .filter(Boolean)
    .join(joint(locale))
}

const minute = 60

/** How long to wait, where the server says so. */
function waitText({ details }: ApiProblem, t: Translate): string {
  const seconds = Number(details['retryAfterSeconds'])
  if (!(seconds > 0)) return ''
  return seconds <= minute
    ? t('errors.waitSeconds', { count: Math.ceil(seconds) })
    : t('errors.waitMinutes', { count: Math.ceil(seconds / minute) })
}

const joint = (locale: string) => (locale === 'en' ? '. ' : '。')

function whatHappened(error: ApiProblem, locale: string, t: Translate): string {
  if (error.code === 'network.unreachable') return t('errors.network')
  const language = locale === 'en' ? 'en' : 'zh'
  if (error.titles) return error.titles[language]
  if (error.code !== 'unknown') return workplaceErrors[error.code][language]
  return error.requestId ? t('errors.unknownWithId', { id: error.requestId }) : t('errors.unknown')
}

/** Binds {@link errorText} to the current language; re-runs when the language changes. */
export function useErrorText() {
  const { t, te, locale } = useI18n()
  return (error: unknown) =>
    errorText(error, {
      locale: locale.value,
      t: (key, named) => (named ? t(key, named) : t(key)),
      has: (key) => te(key),
    })
}
