import { Type, type Static } from 'typebox'
import { Period } from '../calendar/period.ts'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nothing, Nullable, Uuid } from './fields.ts'
import { ReportKind } from './reports.ts'

/* What happened in an organisation, for systems of its own. Ids, periods and counts; nobody's name or answers. */

/** Days an event is kept, and may be read again from any place. */
export const eventDays = 30

/** Null once the person's data was erased. */
const MemberId = Nullable(Uuid)
const Sequence = Type.Integer({ minimum: 1, examples: [1024] })
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', examples: ['2026-03-02'] })

const SubmissionFacts = Type.Object({
  formId: Uuid,
  period: Period,
  memberId: MemberId,
  submissionId: Uuid,
  revision: Type.Integer({ minimum: 1, examples: [1] }),
})
const reportFacts = { reportId: Uuid, kind: ReportKind, day: Day, sequence: Type.Integer({ minimum: 1 }) }
const MemberFacts = Type.Object({ memberId: MemberId })

/** What each type of event says. Types are added, never renamed: a reader leaves those it does not know alone. */
export const eventFacts = {
  'submission.filed': SubmissionFacts,
  'submission.revised': SubmissionFacts,
  'submission.abnormal': SubmissionFacts,
  'form.published': Type.Object({ formId: Uuid, version: Type.Integer({ minimum: 1 }) }),
  'form.ended': Type.Object({ formId: Uuid }),
  'report.delivered': Type.Object({ ...reportFacts, receiptNo: Type.String() }),
  'report.refused': Type.Object({ ...reportFacts, code: Type.String() }),
  'member.joined': MemberFacts,
  'member.left': MemberFacts,
} as const

export type EventType = keyof typeof eventFacts
export type EventFacts<T extends EventType> = Static<(typeof eventFacts)[T]>

export const eventTypes = Object.keys(eventFacts) as readonly EventType[] // its own keys

/** As it stands in the feed and in the body of a webhook, byte for byte the same kind of thing. */
export const OrgEvent = Type.Object(
  {
    /** The same whichever way it comes and however often: what a reader has seen he leaves alone. */
    id: Uuid,
    /** Without gaps within an organisation. */
    sequence: Sequence,
    type: Type.String({ examples: ['submission.filed'] }),
    /** When it happened. */
    timestamp: Instant,
    data: Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer(), Type.Null()]), {
      description: 'Ids, periods and counts, by type',
      examples: [
        {
          formId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2c',
          period: '2026-03-02',
          memberId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2d',
          submissionId: '01938f6e-3c2a-7c3e-9a55-0d6f8d0a1b2e',
          revision: 1,
        },
      ],
    }),
  },
  { title: 'Event' },
)
export type OrgEvent = Static<typeof OrgEvent>

/** Whether an event is of this type; its data is then as `eventFacts` says. */
export function isEvent<T extends EventType>(
  event: OrgEvent,
  type: T,
): event is OrgEvent & { readonly type: T; readonly data: EventFacts<T> } {
  return event.type === type
}

const EventPage = Type.Object({
  items: Type.Array(OrgEvent),
  /** What to ask after next time: stays the same while nothing new has happened. */
  next: Count,
  /** More is there already; otherwise it pays to wait before asking again. */
  hasMore: Type.Boolean(),
  /** When the feed was opened; null for an organisation that has none. */
  openedAt: Nullable(Instant),
})

export const listEvents = contract({
  method: 'GET',
  path: '/events',
  summary: `What happened, in order; each event is kept ${eventDays} days and may be read as often as wanted`,
  permission: 'open-api.manage',
  scope: 'events.read',
  audit: none('ids, periods and counts: who it is about is asked of the directory'),
  query: Type.Object({
    /** Events after this number; without it from the oldest there is. */
    after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [1023] })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
  }),
  response: EventPage,
  errors: ['event.expired'],
})

export const openEventFeed = contract({
  method: 'POST',
  path: '/events/feed',
  summary: 'Begin to keep events; from the first token or webhook on they are kept anyway',
  permission: 'open-api.manage',
  audit: changes('event-feed.opened', { object: 'event-feed' }),
  response: Nothing,
  errors: [],
})
