import { figure } from '@kangbao/launcher/figure.ts'

/** The figure of a requirement of which nothing may be found: how much was tried, and what was wrong. */
export function faultFigure(id: string, n: number, faults: readonly unknown[], unit: string): void {
  figure({ id, n, value: faults.length, unit, target: '=0', ok: faults.length === 0 })
}
