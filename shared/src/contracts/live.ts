import { Type, type Static } from 'typebox'
import { none } from './audit-declaration.ts'
import { contract } from './contract.ts'

/** What a screen is told so that it reads its numbers again; ids only, never content. */
export const LiveEvent = Type.Union([
  Type.Object({ kind: Type.Literal('completeness'), formId: Type.String(), period: Type.String() }),
  Type.Object({ kind: Type.Literal('form'), formId: Type.String() }),
  Type.Object({ kind: Type.Literal('report'), report: Type.String() }),
  Type.Object({ kind: Type.Literal('directory') }),
  Type.Object({ kind: Type.Literal('export'), formId: Type.String() }),
  Type.Object({ kind: Type.Literal('form-test'), draftId: Type.String() }),
  Type.Object({ kind: Type.Literal('run'), runId: Type.String() }),
])
export type LiveEvent = Static<typeof LiveEvent>

export const liveEvents = contract({
  method: 'GET',
  path: '/live',
  summary: 'Server-sent events of the caller’s org',
  permission: 'session',
  audit: none('ids of what changed, no content'),
  response: LiveEvent,
  produces: 'text/event-stream',
  errors: [],
})
