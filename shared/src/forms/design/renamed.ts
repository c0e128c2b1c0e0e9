import type { Condition } from '../condition.ts'

/** A condition that asks of one field what it asked of another; inside rows a name is the row's own. */
export function renamed(condition: Condition, from: string, to: string): Condition {
  const within = (part: Condition) => renamed(part, from, to)
  if ('not' in condition) return { not: within(condition.not) }
  if ('all' in condition) return { all: condition.all.map(within) }
  if ('any' in condition) return { any: condition.any.map(within) }
  if ('someRow' in condition) return condition.rowsOf === from ? { ...condition, rowsOf: to } : condition
  return condition.field === from ? { ...condition, field: to } : condition
}
