/** Whole per cent of a part, 0 of nothing: 100 is said only when nobody is missing, so what is between is rounded down. */
export function wholePercent(part: number, whole: number): number {
  return whole > 0 ? Math.floor((part / whole) * 100) : 0
}
