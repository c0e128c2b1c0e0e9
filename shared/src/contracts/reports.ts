import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { changes, none, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { EmploymentCounts, HealthCounts } from './government.ts'
import { Count, Instant, Nullable, PageOf, pageQuery, SearchText, Uuid } from './fields.ts'

export const ReportKind = Type.Union([Type.Literal('employment'), Type.Literal('health')])
export type ReportKind = Static<typeof ReportKind>

export const ReportState = Type.Union([
  Type.Literal('queued'),
  Type.Literal('retrying'),
  /** Nobody knows yet whether it arrived; it is not sent again until somebody does. */
  Type.Literal('parked'),
  Type.Literal('delivered'),
  Type.Literal('refused'),
])

export const Report = Type.Object({
  id: Uuid,
  kind: ReportKind,
  sequence: Type.Integer({ minimum: 1 }),
  day: CivilDateText,
  counts: Type.Union([EmploymentCounts, HealthCounts]),
  madeAt: Instant,
  /** Who tapped; null when the daily run did. */
  madeBy: Nullable(Type.String()),
  state: ReportState,
  attempts: Count,
  nextAttemptAt: Nullable(Instant),
  deliveredAt: Nullable(Instant),
  receiptNo: Nullable(Type.String()),
  /** Why the government said no, in its words. */
  refusal: Nullable(Type.Object({ code: Type.String(), title: Type.String(), detail: Type.String() })),
})
export type Report = Static<typeof Report>

const statusCommon = {
  orgName: Type.String(),
  day: CivilDateText,
  totalMembers: Count,
  /** The form whose answers are counted; null until it is published. */
  formId: Nullable(Uuid),
  lastDeliveredAt: Nullable(Instant),
  /** The report on its way, if any. */
  inFlight: Nullable(Report),
  /** Deliveries the operator has stopped; a report made meanwhile waits. */
  pause: Nullable(Type.Object({ since: Instant, reason: Type.String() })),
  /** Whether the button works now. */
  canReport: Type.Boolean(),
  /** The list of people behind the numbers is still being written: they grow, and nothing is reported meanwhile. */
  isPreparing: Type.Boolean(),
}

/** Z-40, left column. */
export const EmploymentStatus = Type.Object({
  ...statusCommon,
  reported: Count,
  unreported: Count,
  notRegistered: Count,
})
export type EmploymentStatus = Static<typeof EmploymentStatus>

/** Z-40, right column. */
export const HealthStatus = Type.Object({
  ...statusCommon,
  collected: Count,
  notCollected: Count,
  abnormal: Count,
})
export type HealthStatus = Static<typeof HealthStatus>

export const getEmploymentStatus = contract({
  method: 'GET',
  path: '/reports/employment/status',
  summary: 'The numbers of the employment report',
  permission: 'reports.read',
  scope: 'reports.read',
  audit: none('counts'),
  response: EmploymentStatus,
  errors: [],
})

export const getHealthStatus = contract({
  method: 'GET',
  path: '/reports/health/status',
  summary: 'The numbers of the health report',
  permission: 'reports.read',
  scope: 'reports.read',
  audit: none('counts'),
  response: HealthStatus,
  errors: [],
})

const params = Type.Object({ kind: ReportKind })

/** Z-41, Z-44: a snapshot, written with its outbox row; a second tap finds the first one on its way. */
export const sendReport = contract({
  method: 'POST',
  path: '/reports/:kind',
  summary: 'Report to the government',
  permission: 'reports.send',
  repeatable: true,
  audit: changes('report.sent', { object: 'report:{response.id}', detail: ['params.kind'] }),
  params,
  response: Report,
  errors: ['report.nothing-new', 'report.in-progress', 'report.form-missing', 'form.preparing'],
})

export const listReports = contract({
  method: 'GET',
  path: '/reports/:kind',
  summary: 'History of reports, newest first (Z-43)',
  permission: 'reports.read',
  scope: 'reports.read',
  audit: none('counts; the one name is that of the admin who reported'),
  params,
  query: Type.Object(pageQuery),
  response: PageOf(Report),
  errors: [],
})

export const ReportFigure = Type.Union([
  Type.Literal('total'),
  Type.Literal('reported'),
  Type.Literal('unreported'),
  Type.Literal('not-registered'),
  Type.Literal('collected'),
  Type.Literal('not-collected'),
  Type.Literal('abnormal'),
])
export type ReportFigure = Static<typeof ReportFigure>

export const ReportPerson = Type.Object({
  memberId: Uuid,
  userId: Type.String(),
  name: Type.String(),
  department: Type.String(),
  filedAt: Nullable(Instant),
  isAbnormal: Type.Boolean(),
})
export type ReportPerson = Static<typeof ReportPerson>

const peopleFilter = { ...pageQuery, figure: ReportFigure }

export const listReportPeople = contract({
  method: 'GET',
  path: '/reports/:kind/people',
  summary: 'The people behind a figure (Z-42)',
  permission: 'reports.read',
  audit: reads('report.people-read', {
    object: 'report:{kind}',
    people: ['response.items.memberId'],
    detail: ['query.figure'],
  }),
  params,
  query: Type.Object(peopleFilter),
  response: PageOf(ReportPerson),
  errors: [],
})

export const searchReportPeople = contract({
  method: 'POST',
  path: '/reports/:kind/people/search',
  summary: 'The same list, of those whose name or spelling fits what was typed',
  permission: 'reports.read',
  audit: reads('report.people-read', {
    object: 'report:{kind}',
    people: ['response.items.memberId'],
    detail: ['body.figure'],
  }),
  params,
  body: Type.Object({ ...peopleFilter, search: SearchText }, { additionalProperties: false }),
  response: PageOf(ReportPerson),
  errors: [],
})

export const remindReportPeople = contract({
  method: 'POST',
  path: '/reports/:kind/reminders',
  summary: 'Remind those missing from the report, of the whole org',
  permission: 'reports.send',
  repeatable: true,
  audit: changes('reminder.sent', { object: 'report:{kind}' }),
  params,
  response: Type.Object({ reminded: Count }),
  errors: [
    'report.form-missing',
    'reminder.nobody',
    'reminder.too-soon',
    'form.preparing',
    'form.closed',
    'form.ended',
  ],
})
