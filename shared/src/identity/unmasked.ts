import { civilDate } from '../calendar/civil-day.ts'
import { idNumberProblem } from './id-number.ts'

const longAfter = civilDate('2100-01-01')

/** ID numbers that pass their check digit (GB 11643), and mainland phones, that stand in a text unmasked. */
export function unmasked(text: string): string[] {
  const ids = text.match(/(?<!\w)\d{17}[\dX](?!\w)/g) ?? []
  const phones = text.match(/(?<!\w)(?:\+?86)?1[3-9]\d{9}(?!\w)/g) ?? []
  return [...ids.filter((id) => idNumberProblem(id, longAfter) === null), ...phones]
}
