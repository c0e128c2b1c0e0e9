import type { Completeness } from '@kangbao/shared/contracts/completeness.ts'

export const chartSize = { width: 300, height: 120, pad: 6 } as const

/** Points of one line of the trend, scaled to the chart; all lines share the highest expected number. */
export function trendLine(
  days: readonly Completeness[],
  pick: (day: Completeness) => number,
): { points: string; last: { x: number; y: number } | null } {
  const { width, height, pad } = chartSize
  const top = Math.max(1, ...days.map(({ expected, collected }) => Math.max(expected, collected)))
  const step = days.length > 1 ? (width - 2 * pad) / (days.length - 1) : 0
  const spots = days.map((day, i) => ({
    x: Math.round((pad + i * step) * 10) / 10,
    y: Math.round((height - pad - (pick(day) / top) * (height - 2 * pad)) * 10) / 10,
  }))
  return { points: spots.map(({ x, y }) => `${x},${y}`).join(' '), last: spots[spots.length - 1] ?? null }
}
