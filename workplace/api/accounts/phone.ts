import { toHalfWidth } from '@kangbao/shared/identity/half-width.ts'
import { parseMobile } from '@kangbao/shared/identity/phone.ts'
import { AppError } from '../errors.ts'

/** A mainland mobile as 11 digits, or `+<country>-<number>`; null when it is neither. */
export function parsePhone(text: string): string | null {
  const mainland = parseMobile(text)
  if (mainland) return mainland
  const foreign = toHalfWidth(text).replace(/\s/g, '')
  return /^\+(?!86-)\d{1,4}-\d{4,14}$/.test(foreign) ? foreign : null
}

/** @throws AppError `member.phone-invalid`. */
export function phoneOrRefuse(text: string): string {
  const phone = parsePhone(text)
  if (!phone) throw new AppError('member.phone-invalid')
  return phone
}
