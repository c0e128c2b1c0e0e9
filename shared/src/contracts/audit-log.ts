import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { changes, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

const Person = Type.Object({ id: Uuid, name: Type.String() })

export const AuditLogEntry = Type.Object({
  id: Uuid,
  at: Instant,
  actor: Type.Object({
    kind: Type.Union([
      Type.Literal('member'),
      Type.Literal('operator'),
      Type.Literal('viewer'),
      Type.Literal('system'),
      Type.Literal('token'),
    ]),
    id: Nullable(Uuid),
    /** The member's or the API token's name, or what of the system it was; null for somebody who is not known any more. */
    name: Nullable(Type.String()),
  }),
  /** An action's name; its texts are in `audit/actions.ts`. */
  action: Type.String(),
  object: Type.String(),
  /** The first of those concerned. */
  people: Type.Array(Person),
  peopleCount: Count,
  detail: Type.Record(Type.String(), Type.Unknown()),
  /** Place in the chain; null for the few seconds until it has one. */
  seq: Nullable(Type.Integer()),
})
export type AuditLogEntry = Static<typeof AuditLogEntry>

const filters = {
  /** Civil days of the org, both included. */
  from: Type.Optional(CivilDateText),
  until: Type.Optional(CivilDateText),
  kind: Type.Optional(Type.Union([Type.Literal('read'), Type.Literal('change')])),
  action: Type.Optional(Type.String({ pattern: '^[a-z-]{1,40}\\.[a-z-]{1,40}$' })),
  /** The member who acted. */
  actor: Type.Optional(Uuid),
  /** The member it was about. */
  person: Type.Optional(Uuid),
}
const subject = {
  object: 'audit-log',
  detail: ['query.from', 'query.until', 'query.kind', 'query.action', 'query.actor', 'query.person'],
}

/** The log of the caller's org; for the operator that of the installation. */
export const listAuditLog = contract({
  method: 'GET',
  path: '/audit-log',
  summary: 'Who did and who looked at what, newest first',
  permission: 'audit.read',
  audit: reads('audit.read', subject),
  query: Type.Object({ ...pageQuery, ...filters }),
  response: PageOf(AuditLogEntry),
  errors: [],
})

export const exportAuditLog = contract({
  method: 'GET',
  path: '/audit-log/export',
  summary: 'The same as CSV, however long',
  permission: 'audit.read',
  stepUp: true,
  audit: reads('audit.exported', subject),
  query: Type.Object({ ...filters }),
  response: Type.Unknown(),
  produces: 'text/csv',
  errors: [],
})

export const AuditVerdict = Type.Object({
  /** Links that were followed. */
  links: Count,
  /** What is broken first; null when nothing is. */
  fault: Nullable(Type.Object({ kind: Type.String(), seq: Nullable(Type.Integer()), rowId: Nullable(Uuid) })),
  verifiedAt: Instant,
})
export type AuditVerdict = Static<typeof AuditVerdict>

export const verifyAuditLog = contract({
  method: 'POST',
  path: '/audit-log/verifications',
  summary: 'Follow the chain of the log and say whether anything was changed, deleted or cut off (S-46)',
  permission: 'audit.read',
  audit: changes('audit.verified', { object: 'audit-log' }),
  response: AuditVerdict,
  errors: [],
})
