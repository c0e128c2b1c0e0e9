import type { HealthStatus } from '@kangbao/shared/contracts/reports.ts'

/** The figures of this report, each with the number it shows (Z-40). */
export const figures = {
  total: (status: HealthStatus) => status.totalMembers,
  collected: (status: HealthStatus) => status.collected,
  'not-collected': (status: HealthStatus) => status.notCollected,
  abnormal: (status: HealthStatus) => status.abnormal,
} as const

export type Figure = keyof typeof figures

/** A figure by the name in an address; the whole membership when the name is none. */
export function figureOf(name: string): Figure {
  return Object.keys(figures).includes(name) ? (name as Figure) : 'total'
}
