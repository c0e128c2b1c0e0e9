import { v7 } from 'uuid'
import { AppError } from '../errors.ts'

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

/**
 * The id a list goes on after.
 * @throws AppError `request.invalid` when it is none.
 */
export function idCursor(cursor: string | undefined): string | undefined {
  if (cursor !== undefined && !uuidPattern.test(cursor))
    throw new AppError('request.invalid', { part: 'querystring', at: '/cursor' })
  return cursor
}
