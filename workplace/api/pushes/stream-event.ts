import { createHash } from 'node:crypto'
import type { Suite } from '../config.ts'
import type { DeliveryRow, Item } from './payloads.ts'
import type { StreamEvent } from './stream-hub.ts'

/** The same as SyncHTTP tells, with names in camel case and lists as lists. */
export const streamEvent = (suite: Suite, { row, item }: { row: DeliveryRow; item: Item }): StreamEvent => ({
  type: item.action,
  id: `${row.id}-${row.modified_at.getTime()}`,
  corpId: item.corpId,
  unifiedAppId: unifiedAppId(suite),
  bornAt: row.modified_at.getTime(),
  data: camelCased(item.body),
})

/** One id over all push styles and consoles: a UUID that belongs to the suite. */
function unifiedAppId({ suiteId }: Suite): string {
  const hex = createHash('sha256').update(`unified app ${suiteId}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}

const camelCased = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
      inside(value),
    ]),
  )

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside)
  if (typeof value === 'object' && value !== null)
    return camelCased(Object.fromEntries(Object.entries(value)))
  return value
}
