import type { EmploymentStatus } from '@kangbao/shared/contracts/reports.ts'

/** The figures of this report, each with the number it shows (Z-40). */
export const figures = {
  total: (status: EmploymentStatus) => status.totalMembers,
  reported: (status: EmploymentStatus) => status.reported,
  unreported: (status: EmploymentStatus) => status.unreported,
  'not-registered': (status: EmploymentStatus) => status.notRegistered,
} as const

export type Figure = keyof typeof figures

/** A figure by the name in an address; the whole membership when the name is none. */
export function figureOf(name: string): Figure {
  return Object.keys(figures).includes(name) ? (name as Figure) : 'total'
}
