import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'
import { ReportKind } from './reports.ts'

export const ReconciliationState = Type.Union([
  Type.Literal('running'),
  /** The receiver does not answer; it is asked again by itself. */
  Type.Literal('unanswered'),
  Type.Literal('agreed'),
  Type.Literal('different'),
  /** The receiver keeps no list. */
  Type.Literal('no-list'),
])
export type ReconciliationState = Static<typeof ReconciliationState>

/** The reports of one day compared with the receiver's list of them. */
export const Reconciliation = Type.Object({
  id: Uuid,
  /** Whose list it was. */
  endpointId: Uuid,
  endpointName: Type.String(),
  /** Civil day the counts belong to. */
  day: CivilDateText,
  startedAt: Instant,
  finishedAt: Nullable(Instant),
  state: ReconciliationState,
  /** Own reports with a receipt. */
  delivered: Count,
  /** Own reports still on their way: neither having them nor lacking them is a difference. */
  open: Count,
  /** Reports on the receiver's list. */
  taken: Count,
  differences: Count,
})
export type Reconciliation = Static<typeof Reconciliation>

export const listReconciliations = contract({
  method: 'GET',
  path: '/operations/reconciliations',
  summary: 'Days compared with the receiver’s list, newest first (R-19)',
  permission: 'operations.read',
  audit: none('counts'),
  query: Type.Object(pageQuery),
  response: PageOf(Reconciliation),
  errors: [],
})

export const getReconciliation = contract({
  method: 'GET',
  path: '/operations/reconciliations/:reconciliationId',
  summary: 'One day compared with the receiver’s list',
  permission: 'operations.read',
  audit: none('counts'),
  params: Type.Object({ reconciliationId: Uuid }),
  response: Reconciliation,
  errors: ['resource.missing'],
})

/** How far back a day can be compared: receivers keep their lists no longer by contract. */
export const reconciliationDays = 30

export const startReconciliation = contract({
  method: 'POST',
  path: '/operations/reconciliations',
  summary: 'Compare a day with the receiver’s list now',
  permission: 'operations.manage',
  audit: changes('reconciliation.started', {
    object: 'reconciliation:{response.id}',
    detail: ['body.day', 'body.endpointId'],
  }),
  body: Type.Object(
    {
      day: CivilDateText,
      /** The default one when it is not said. */
      endpointId: Type.Optional(Uuid),
    },
    { additionalProperties: false },
  ),
  response: Reconciliation,
  errors: ['reconciliation.day', 'run.running', 'resource.missing'],
})

export const ReconciliationDifference = Type.Object({
  kind: Type.Union([
    Type.Literal('missing'),
    Type.Literal('altered'),
    Type.Literal('double'),
    Type.Literal('unexpected'),
  ]),
  reportId: Uuid,
  /** Null when the receiver names an organisation that is not here. */
  orgName: Nullable(Type.String()),
  corpId: Type.String(),
  reportKind: ReportKind,
  sequence: Type.Integer({ minimum: 1 }),
  /** Of an altered one: what differs, by its name on the wire. */
  fields: Type.Array(Type.String()),
})
export type ReconciliationDifference = Static<typeof ReconciliationDifference>

export const listReconciliationDifferences = contract({
  method: 'GET',
  path: '/operations/reconciliations/:reconciliationId/differences',
  summary: 'What differs on one day, report by report; the first ten thousand',
  permission: 'operations.read',
  audit: none('organisations, no people'),
  params: Type.Object({ reconciliationId: Uuid }),
  query: Type.Object(pageQuery),
  response: PageOf(ReconciliationDifference),
  errors: ['resource.missing'],
})
