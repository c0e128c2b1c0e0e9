import { Type, type Static, type TSchema } from 'typebox'

export const Uuid = Type.String({ pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' })
/** ISO 8601, UTC. */
export const Instant = Type.String({ description: 'ISO 8601, UTC' })
export const UserId = Type.String({ minLength: 1, maxLength: 64 })
export const DeptId = Type.Integer({ minimum: 1 })
export const AgentId = Type.Integer({ minimum: 1 })
export const SuiteId = Type.String({ minLength: 1, maxLength: 40 })
export const Phone = Type.String({
  minLength: 5,
  maxLength: 24,
  description: '11 digits, or +<country>-<number>',
})
export const Empty = Type.Object({})

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
export const closed = { additionalProperties: false } as const

/** A keyset page: pass `next` back as `cursor`; null means the end. */
export const page = <T extends TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), next: nullable(Type.String()) })
export const PageQuery = Type.Object({
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
})

export const OrgParams = Type.Object({ orgId: Uuid })
export const Done = Type.Object({ done: Type.Literal(true) })
export type Done = Static<typeof Done>
