/**
 * A value as text that is the same for values that say the same: a database that keeps JSON gives names back in an order
 * of its own, and what is undefined not at all.
 */
export function sameText(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
