import { Type, type TSchema } from 'typebox'

export const Uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  examples: ['01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c'],
})
/** A moment: ISO 8601 in UTC, with milliseconds. */
export const Instant = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T[\\d:.]+Z$',
  examples: ['2026-03-02T09:00:00.000Z'],
})
export const Count = Type.Integer({ minimum: 0 })
/** The host's department id; 1 is the whole org. The host counts in 64 bits, JSON exactly up to 53. */
export const DepartmentId = Type.Integer({ minimum: 1, maximum: 9_007_199_254_740_991 })

export function Nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()])
}

/** One page of a list; pass `nextCursor` back as `cursor` for the next, null at the end. */
export function PageOf<S extends TSchema>(item: S) {
  return Type.Object({ items: Type.Array(item), nextCursor: Nullable(Type.String()) })
}

export const pageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
}

/**
 * What somebody typed to find people by: names, spellings, phones. It belongs in a body, never in an address, since
 * addresses end up in logs and histories (S-48).
 */
export const SearchText = Type.String({ minLength: 1, maxLength: 40 })

export const Nothing = Type.Object({}, { additionalProperties: false })
