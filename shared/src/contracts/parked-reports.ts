import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Instant, Nothing, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'
import { PauseReason } from './operations.ts'
import { ReportKind } from './reports.ts'

/** A report that was sent to an endpoint which must not get it twice, and of which nobody knows whether it arrived. */
export const ParkedReport = Type.Object({
  reportId: Uuid,
  orgId: Uuid,
  orgName: Type.String(),
  kind: ReportKind,
  day: CivilDateText,
  sequence: Type.Integer({ minimum: 1 }),
  endpointId: Uuid,
  endpointName: Type.String(),
  parkedAt: Instant,
  /** When the receiver’s list was last read and did not have it. */
  absentAt: Nullable(Instant),
})
export type ParkedReport = Static<typeof ParkedReport>

export const listParkedReports = contract({
  method: 'GET',
  path: '/operations/parked-reports',
  summary: 'Reports of which nobody knows whether they arrived, oldest first (R-17)',
  permission: 'operations.read',
  audit: none('organisations, no people'),
  query: Type.Object({ ...pageQuery, endpointId: Type.Optional(Uuid) }),
  response: PageOf(ParkedReport),
  errors: [],
})

export const settleParkedReport = contract({
  method: 'PUT',
  path: '/operations/parked-reports/:reportId/outcome',
  summary:
    'Say what became of a parked report: it arrived, with its receipt number, or it is to be sent again',
  permission: 'operations.manage',
  stepUp: true,
  audit: changes('parked-report.settled', {
    object: 'report:{reportId}',
    detail: ['body.orgId', 'body.outcome', 'body.reason'],
  }),
  params: Type.Object({ reportId: Uuid }),
  body: Type.Object(
    {
      orgId: Uuid,
      outcome: Type.Union([Type.Literal('delivered'), Type.Literal('again')]),
      /** Of one that arrived, as the receiver says. */
      receiptNo: Type.Optional(Type.String({ minLength: 1, maxLength: 64, pattern: '^\\S(.*\\S)?$' })),
      reason: PauseReason,
    },
    { additionalProperties: false },
  ),
  response: Nothing,
  errors: ['resource.missing'],
})
