export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** A 90 % bootstrap interval of the median; the generator is seeded, so the same rounds give the same interval. */
export function interval(values: readonly number[]): [number, number] {
  let state = 42
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648
  const medians = Array.from({ length: 500 }, () =>
    median(values.map(() => values[Math.floor(random() * values.length)] ?? 0)),
  ).sort((a, b) => a - b)
  return [medians[25] ?? Number.NaN, medians[474] ?? Number.NaN]
}

/** Highest over lowest, the worst round left out. */
export function spread(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b).slice(values.length > 2 ? 1 : 0)
  return (sorted.at(-1) ?? 1) / (sorted[0] ?? 1)
}
