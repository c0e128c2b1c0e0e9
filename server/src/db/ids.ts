import { v7 } from 'uuid'

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The org of what belongs to the installation as a whole. */
export const systemOrgId = '00000000-0000-0000-0000-000000000000'

/** A new time-ordered id (UUIDv7). */
export function newId(): string {
  return v7()
}

/**
 * Fit to be written into a statement as text.
 * @throws Error when it is no UUID.
 */
export function assertUuid(id: string): string {
  if (!uuidPattern.test(id)) throw new Error('not a uuid')
  return id
}
