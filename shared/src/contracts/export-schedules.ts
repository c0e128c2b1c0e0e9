import { Type, type Static } from 'typebox'
import { ExportSpan, ExportTiming } from '../calendar/export-timing.ts'
import { changes, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { ExportFormat, ExportShape } from './exports.ts'
import { Instant, Nothing, Nullable, Uuid } from './fields.ts'

/** Schedules of one form, and people who get the link of one. */
export const scheduleLimits = { perForm: 10, recipients: 20 } as const

const LinkWay = Type.Union([Type.Literal('chat'), Type.Literal('mail')])
export type LinkWay = Static<typeof LinkWay>

export const NewExportSchedule = Type.Object(
  {
    shape: ExportShape,
    format: ExportFormat,
    /** Words in this language. */
    locale: Type.Union([Type.Literal('zh-CN'), Type.Literal('en')]),
    /** Not for a form that is filled once: all of it goes out. */
    span: Type.Optional(ExportSpan),
    timing: ExportTiming,
    /** How the link comes; by work notification unless said otherwise, and always so to who has no confirmed address. */
    by: Type.Optional(Type.Array(LinkWay, { minItems: 1, maxItems: 2, uniqueItems: true })),
    /** Admins: each gets a link to a file of his own, with what he himself may see. */
    recipients: Type.Array(Uuid, { minItems: 1, maxItems: scheduleLimits.recipients, uniqueItems: true }),
  },
  { additionalProperties: false },
)
export type NewExportSchedule = Static<typeof NewExportSchedule>

/**
 * What became of one person's file: `no-right` when he might not see answers at that moment, `unmailed` when it was made and
 * its mail did not arrive, so that a work notification went out.
 */
export const ScheduleOutcome = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('made'),
  Type.Literal('unmailed'),
  Type.Literal('no-right'),
  Type.Literal('failed'),
])
export type ScheduleOutcome = Static<typeof ScheduleOutcome>

const Person = Type.Object({ memberId: Uuid, name: Type.String() })
export type SchedulePerson = Static<typeof Person>

/** Whether he has confirmed a mail address that takes mail, and wants links there. */
const Candidate = Type.Object({ ...Person.properties, hasMail: Type.Boolean() })
export type ScheduleCandidate = Static<typeof Candidate>

export const ExportSchedule = Type.Object({
  id: Uuid,
  formId: Uuid,
  ...NewExportSchedule.properties,
  recipients: Type.Array(Person),
  /** Who answers for it: it stops when he may not set one any more. */
  owner: Person,
  state: Type.Union([Type.Literal('active'), Type.Literal('paused'), Type.Literal('stopped')]),
  stoppedFor: Nullable(
    Type.Union([Type.Literal('owner-left'), Type.Literal('owner-rights'), Type.Literal('form-ended')]),
  ),
  nextAt: Nullable(Instant),
  /** The newest first. */
  runs: Type.Array(
    Type.Object({
      dueAt: Instant,
      people: Type.Array(Type.Object({ ...Person.properties, outcome: ScheduleOutcome })),
    }),
  ),
})
export type ExportSchedule = Static<typeof ExportSchedule>

const formParams = Type.Object({ formId: Uuid }, { additionalProperties: false })
const scheduleParams = Type.Object({ formId: Uuid, scheduleId: Uuid }, { additionalProperties: false })
const object = 'form:{formId}/export-schedule:{scheduleId}'

export const listExportSchedules = contract({
  method: 'GET',
  path: '/forms/:formId/export-schedules',
  summary: 'Scheduled exports of a form with their last runs, and the admins one may be sent to',
  permission: 'forms.publish',
  audit: reads('export.schedules-read', {
    object: 'form:{formId}',
    people: ['response.candidates.memberId', 'response.items.recipients.memberId'],
  }),
  params: formParams,
  response: Type.Object({ items: Type.Array(ExportSchedule), candidates: Type.Array(Candidate) }),
  errors: ['resource.missing'],
})

export const addExportSchedule = contract({
  method: 'POST',
  path: '/forms/:formId/export-schedules',
  summary:
    'Have a form exported at set times; admins get a link by work notification or mail, never the file',
  permission: 'forms.publish',
  repeatable: true,
  audit: changes('export.scheduled', {
    object: 'form:{formId}',
    people: ['body.recipients'],
    detail: ['body.shape', 'body.span'],
  }),
  params: formParams,
  body: NewExportSchedule,
  response: Type.Object({ id: Uuid }),
  errors: ['resource.missing', 'export.range', 'export.recipient', 'export.schedules-full', 'form.ended'],
})

export const setExportScheduleState = contract({
  method: 'PUT',
  path: '/forms/:formId/export-schedules/:scheduleId/state',
  summary: 'Pause a scheduled export, or let it go on in the name of who says so',
  permission: 'forms.publish',
  audit: changes('export.schedule-changed', { object, detail: ['body.state'] }),
  params: scheduleParams,
  body: Type.Object(
    { state: Type.Union([Type.Literal('active'), Type.Literal('paused')]) },
    { additionalProperties: false },
  ),
  response: Nothing,
  errors: ['resource.missing', 'form.ended'],
})

export const removeExportSchedule = contract({
  method: 'DELETE',
  path: '/forms/:formId/export-schedules/:scheduleId',
  summary: 'Take a scheduled export away; files it made stay with those who got them until their day is over',
  permission: 'forms.publish',
  audit: changes('export.schedule-removed', { object }),
  params: scheduleParams,
  response: Nothing,
  errors: ['resource.missing'],
})
