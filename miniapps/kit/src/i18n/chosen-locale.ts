import { locales, type Locale } from '@kangbao/shared/locale.ts'
import { deviceStorage } from '../storage/safe-storage.ts'

const key = 'kangbao:locale:v1'

/** The language somebody chose on this device; null while the host's is followed. */
export function chosenLocale(): Locale | null {
  const stored = deviceStorage.read(key)
  return locales.find((locale) => locale === stored) ?? null
}

export function rememberLocale(locale: Locale): void {
  deviceStorage.write(key, locale)
}
