import { Type, type Static } from 'typebox'

/** RFC 9457 problem document; clients branch on `code`, never on text. */
export const Problem = Type.Object({
  type: Type.Optional(Type.String()),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
  requestId: Type.String(),
})
export type Problem = Static<typeof Problem>
