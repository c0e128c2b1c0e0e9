import type { Environment } from '../host/environment.ts'

/** Puts the host's wishes on the root element; without them the device's own preference holds. */
export function applyTheme(environment: Environment): void {
  const root = document.documentElement
  if (environment.theme) root.dataset['theme'] = environment.theme
  if (environment.isLargeText) root.dataset['text'] = 'large'
}
