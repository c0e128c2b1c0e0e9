import { locales, type Locale } from '@kangbao/shared/locale.ts'

/** What the page's surroundings say before anything is loaded. */
export interface Environment {
  /** Inside DingTalk or the embedded workplace, whose shim looks the same. */
  readonly isInsideHost: boolean
  readonly corpId: string | null
  /** Token of a form open to anyone with its link. */
  readonly guestLink: string | null
  readonly locale: Locale | null
  readonly theme: 'light' | 'dark' | null
  readonly isLargeText: boolean
}

interface Surroundings {
  readonly userAgent: string
  readonly windowName: string
  readonly search: string
  readonly language: string
}

const hasContainerId = (windowName: string) =>
  windowName.startsWith('{') && windowName.includes('"containerId"')

function localeIn(surroundings: Surroundings, asked: string | null): Locale | null {
  const hostLanguage = /language\/([\w-]+)/i.exec(surroundings.userAgent)?.[1]
  const wanted = (asked ?? hostLanguage ?? surroundings.language).toLowerCase().replace('_', '-')
  return locales.find((locale) => wanted.slice(0, 2) === locale.slice(0, 2).toLowerCase()) ?? null
}

/** Reads the surroundings; pure, so that each host's user agent can be a test case. */
export function readEnvironment(surroundings: Surroundings): Environment {
  const query = new URLSearchParams(surroundings.search)
  const theme = query.get('theme') ?? (query.get('dd_darkmode') === 'true' ? 'dark' : null)
  return {
    isInsideHost: /DingTalk/i.test(surroundings.userAgent) || hasContainerId(surroundings.windowName),
    corpId: query.get('corpId') ?? query.get('corpid'),
    guestLink: query.get('link'),
    locale: localeIn(surroundings, query.get('lang')),
    theme: theme === 'dark' || theme === 'light' ? theme : null,
    isLargeText: query.get('text') === 'large',
  }
}

/** The surroundings of this very page. */
export function currentEnvironment(): Environment {
  return readEnvironment({
    userAgent: navigator.userAgent,
    windowName: window.name,
    search: location.search,
    language: navigator.language,
  })
}
