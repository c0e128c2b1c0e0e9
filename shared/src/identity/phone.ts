import { toHalfWidth } from './half-width.ts'

/** Mainland mobile numbers: 11 digits, beginning 13 to 19. */
export const mobilePattern = '^1[3-9]\\d{9}$'
const mobile = new RegExp(mobilePattern)

/** Takes a number as people type it (full-width digits, blanks, dashes, +86) to 11 digits; null when it is none. */
export function parseMobile(text: string): string | null {
  const digits = toHalfWidth(text)
    .replace(/[\s\-()]/g, '')
    .replace(/^(\+|00)?86(?=1\d{10}$)/, '')
  return mobile.test(digits) ? digits : null
}

/**
 * `138****2222`: the first three and the last four stay. Of a number abroad, `+852-****4567`, the country stays
 * in their place; of a short one nothing does.
 */
export function maskMobile(phone: string): string {
  const [country = ''] = /^\+\d+-/.exec(phone) ?? []
  const number = phone.slice(country.length)
  if (number.length < 8) return country + '*'.repeat(number.length)
  return `${country}${number.length < 11 ? '' : number.slice(0, 3)}****${number.slice(-4)}`
}
