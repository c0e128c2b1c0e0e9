import { parseCivilDate, type CivilDate } from '../calendar/civil-day.ts'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkCharacters = '10X98765432'
/** First two digits: province-level codes of GB/T 2260, and 81–83 for residents of Hong Kong, Macao and Taiwan. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(
    ' ',
  ),
)

export type IdNumberProblem = 'length' | 'region' | 'birth-date' | 'check-digit'

/** The check character of the first 17 digits (GB 11643-1999, ISO 7064 MOD 11-2). */
export function idNumberCheckDigit(first17: string): string {
  const sum = weights.reduce((total, weight, i) => total + weight * Number(first17[i]), 0)
  return checkCharacters[sum % 11] ?? ''
}

/**
 * What is wrong with an 18-character citizen number, or null when it can be one (GB 11643-1999).
 * @param today civil day against which a birth date may not lie in the future.
 */
export function idNumberProblem(text: string, today: CivilDate): IdNumberProblem | null {
  if (!/^\d{17}[\dX]$/.test(text)) return 'length'
  if (!provinces.has(text.slice(0, 2))) return 'region'
  const birth = parseCivilDate(`${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`)
  if (birth === null || birth > today || birth < '1900-01-01') return 'birth-date'
  return idNumberCheckDigit(text) === text[17] ? null : 'check-digit'
}

/** `41**************12`: two and two stay in lists. */
export function maskIdNumber(text: string): string {
  return text.length < 5
    ? '*'.repeat(text.length)
    : `${text.slice(0, 2)}${'*'.repeat(text.length - 4)}${text.slice(-2)}`
}
