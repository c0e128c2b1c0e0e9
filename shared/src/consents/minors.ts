import { parseCivilDate, type CivilDate } from '../calendar/civil-day.ts'
import type { FormDefinition } from '../forms/definition.ts'

/** Below this age a guardian consents (PIPL, article 31). */
const ofAge = 14

/** The birth date an 18-character citizen number names (GB 11643-1999), or null. */
export function birthDateOf(idNumber: string): CivilDate | null {
  const digits = /^\d{6}(\d{4})(\d{2})(\d{2})\d{3}[\dX]$/.exec(idNumber)
  return digits ? parseCivilDate(`${digits[1]}-${digits[2]}-${digits[3]}`) : null
}

/** Whether somebody born then has not had his fourteenth birthday by `today`. */
export function isUnder14(birth: CivilDate, today: CivilDate): boolean {
  return `${Number(birth.slice(0, 4)) + ofAge}${birth.slice(4)}` > today
}

/** Whether an ID number among the answers is a child's (S-44). */
export function namesChild(
  { fields }: Pick<FormDefinition, 'fields'>,
  answers: Readonly<Record<string, unknown>>,
  today: CivilDate,
): boolean {
  return fields.some(({ id, type }) => {
    const answer = type === 'id-number' ? answers[id] : undefined
    const birth = typeof answer === 'string' ? birthDateOf(answer.trim().toUpperCase()) : null
    return birth !== null && isUnder14(birth, today)
  })
}
