import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { Period } from '../calendar/period.ts'
import { none, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nullable, PageOf, pageQuery, SearchText, Uuid } from './fields.ts'
import { AppId } from './sessions.ts'

const params = Type.Object({ formId: Uuid, period: Period })

export const LedgerKind = Type.Union([
  Type.Literal('send'),
  Type.Literal('remind-members'),
  Type.Literal('remind-again'),
  Type.Literal('remind-sms'),
  Type.Literal('remind-mail'),
  Type.Literal('remind-heads'),
  Type.Literal('remind-admins'),
  Type.Literal('remind-by-hand'),
  Type.Literal('abnormal'),
  Type.Literal('new-answers'),
  Type.Literal('refusal'),
  Type.Literal('export-ready'),
  Type.Literal('export-mail'),
  Type.Literal('export-stopped'),
  Type.Literal('export-failed'),
])
export type LedgerKind = Static<typeof LedgerKind>

export const LedgerPush = Type.Object({
  id: Uuid,
  kind: LedgerKind,
  plannedAt: Instant,
  madeAt: Instant,
  /** `joined`: said in the message of another form; its numbers are those of that message. */
  state: Type.Union([
    Type.Literal('planned'),
    Type.Literal('sending'),
    Type.Literal('sent'),
    Type.Literal('failed'),
    Type.Literal('dropped'),
    Type.Literal('joined'),
  ]),
  /** Why nothing was sent; null otherwise. */
  reason: Nullable(Type.String()),
  planned: Count,
  sent: Count,
  /** Confirmed by the platform. */
  delivered: Count,
  /** Of those, who has opened it, as the platform tells it in the day after. */
  read: Count,
  failed: Count,
  /** Had filed by then, or left. */
  leftOut: Count,
})
export type LedgerPush = Static<typeof LedgerPush>

export const listPushes = contract({
  method: 'GET',
  path: '/forms/:formId/ledger/:period',
  summary: 'What was sent about a form and period, newest first, and what became of it (Z-33)',
  permission: 'forms.publish',
  audit: none('counts of messages'),
  params,
  query: Type.Object(pageQuery),
  response: PageOf(LedgerPush),
  errors: ['resource.missing'],
})

export const DeliveryState = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('sent'),
  Type.Literal('delivered'),
  Type.Literal('read'),
  Type.Literal('failed'),
  Type.Literal('left-out'),
])
export type DeliveryState = Static<typeof DeliveryState>

export const Delivery = Type.Object({
  pushId: Uuid,
  kind: LedgerKind,
  memberId: Uuid,
  name: Type.String(),
  department: Type.String(),
  /** `delivered`: and not opened yet, as far as the platform tells. */
  state: DeliveryState,
  /** The platform's code, or ours; null when there is nothing to explain. */
  reason: Nullable(Type.String()),
})
export type Delivery = Static<typeof Delivery>

const deliveryFilter = {
  ...pageQuery,
  pushId: Type.Optional(Uuid),
  state: Type.Optional(DeliveryState),
}

export const listDeliveries = contract({
  method: 'GET',
  path: '/forms/:formId/ledger/:period/people',
  summary: 'The people behind a number of the ledger, of one push or of all of a period',
  permission: 'forms.publish',
  audit: reads('ledger.people-read', {
    object: 'form:{formId}/{period}',
    people: ['response.items.memberId'],
    detail: ['query.state', 'query.pushId'],
  }),
  params,
  query: Type.Object(deliveryFilter),
  response: PageOf(Delivery),
  errors: ['resource.missing'],
})

export const searchDeliveries = contract({
  method: 'POST',
  path: '/forms/:formId/ledger/:period/people/search',
  summary: 'The same list, of those whose name, spelling or staff number fits what was typed',
  permission: 'forms.publish',
  audit: reads('ledger.people-read', {
    object: 'form:{formId}/{period}',
    people: ['response.items.memberId'],
    detail: ['body.state', 'body.pushId'],
  }),
  params,
  body: Type.Object({ ...deliveryFilter, search: SearchText }, { additionalProperties: false }),
  response: PageOf(Delivery),
  errors: ['resource.missing'],
})

const Used = { messages: Count, calls: Count }

export const MessageUsage = Type.Object({
  /** `YYYY-MM`, as the platform counts it. */
  month: Type.String(),
  used: Type.Object(Used),
  apps: Type.Array(Type.Object({ app: AppId, ...Used })),
  /** At the end of the month, if everything planned is sent and nobody files in time. */
  forecast: Type.Object(Used),
  /** The day on which the calls of the month would not suffice; null when they do. */
  runsOutOn: Nullable(CivilDateText),
  limits: Type.Object({
    callsPerMonth: Nullable(Count),
    recipientsPerMinute: Count,
    messagesPerPersonPerDay: Count,
  }),
  /** What the forms still to be sent this month add. */
  forms: Type.Array(
    Type.Object({
      formId: Uuid,
      title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
      sends: Count,
      ...Used,
    }),
  ),
})
export type MessageUsage = Static<typeof MessageUsage>

export const getMessageUsage = contract({
  method: 'GET',
  path: '/message-usage',
  summary:
    'Messages and calls used this month beside the platform’s limits, and the forecast to its end (Z-33)',
  permission: 'forms.publish',
  audit: none('counts of messages'),
  response: MessageUsage,
  errors: [],
})
