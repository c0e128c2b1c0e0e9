/** What is asked of a list: where to go on, and how much. */
export interface PageQuery {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

/**
 * A page of a list that was read one row further than asked.
 * @param cursorOf the place of a row, from which the next page goes on.
 */
export function pageOf<T>(items: T[], limit: number, cursorOf: (item: T) => string): Page<T> {
  const last = items.length > limit ? items[limit - 1] : undefined
  return { items: items.slice(0, limit), nextCursor: last === undefined ? null : cursorOf(last) }
}
