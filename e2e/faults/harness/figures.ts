import { expect } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'

interface Counted {
  readonly id: string
  readonly n: number
  readonly value: number
  readonly unit: string
  readonly seed?: number
}

/** Prints a figure that has to be nought, and fails when it is not. */
export function zero(counted: Counted): void {
  figure({ ...counted, target: '=0', ok: counted.n > 0 && counted.value === 0 })
  expect(counted.n, `${counted.id} ${counted.unit}: nothing was tried`).toBeGreaterThan(0)
  expect(counted.value, `${counted.id} ${counted.unit}`).toBe(0)
}

/** Prints a figure with an upper bound, and fails beyond it. */
export function atMost(most: number, counted: Counted): void {
  figure({ ...counted, target: `<=${most}`, ok: counted.value <= most })
  expect(counted.value, `${counted.id} ${counted.unit}`).toBeLessThanOrEqual(most)
}

/** Prints a figure with a lower bound, and fails below it. */
export function atLeast(least: number, counted: Counted): void {
  figure({ ...counted, target: `>=${least}`, ok: counted.value >= least })
  expect(counted.value, `${counted.id} ${counted.unit}`).toBeGreaterThanOrEqual(least)
}

/** The value below which a share of all values lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
