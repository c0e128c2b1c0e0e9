import { Type, type Static } from 'typebox'
import { closed, Instant, nullable, page, PageQuery, SuiteId } from './basics.ts'
import { contract } from './contract.ts'

/** Limits of the open platform that apps meet silently, or as refusals; as DingTalk has them unless changed. */
export const PlatformLimits = Type.Object(
  {
    messagesPerPersonAndDay: Type.Integer({ minimum: 0, maximum: 100_000 }),
    recipientsPerMinute: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
    recipientsPerCall: Type.Integer({ minimum: 1, maximum: 100_000 }),
    sameContentOncePerDay: Type.Boolean(),
    callsPerMonth: Type.Integer({ minimum: 0, maximum: 100_000_000, description: 'of one org; 0: no quota' }),
  },
  closed,
)
export type PlatformLimits = Static<typeof PlatformLimits>

export const getPlatformLimits = contract({
  method: 'GET',
  path: '/operator/limits',
  summary: 'Limits apps meet, as they stand and as they are without a change',
  permission: 'operator',
  response: Type.Object({ limits: PlatformLimits, defaults: PlatformLimits }),
})

export const setPlatformLimits = contract({
  method: 'PUT',
  path: '/operator/limits',
  summary: 'Change some limits; null puts everything back',
  permission: 'operator',
  body: Type.Object({ limits: nullable(Type.Partial(PlatformLimits)) }, closed),
  response: Type.Object({ limits: PlatformLimits, defaults: PlatformLimits }),
})

export const TemplateState = Type.Union([
  Type.Literal('submitted'),
  Type.Literal('approved'),
  Type.Literal('returned'),
])
export type TemplateState = Static<typeof TemplateState>

export const MessageTemplate = Type.Object({
  suiteId: SuiteId,
  suiteName: Type.String(),
  templateId: Type.String(),
  name: Type.String(),
  /** A message body as asyncsend_v2 takes it, with `${variable}` in its texts. */
  msg: Type.Record(Type.String(), Type.Unknown()),
  state: TemplateState,
  note: Type.String({ description: 'why it was returned' }),
  submittedAt: Instant,
  reviewedAt: nullable(Instant),
})
export type MessageTemplate = Static<typeof MessageTemplate>

export const listMessageTemplates = contract({
  method: 'GET',
  path: '/operator/message-templates',
  summary: 'Templates of work notifications, latest first',
  permission: 'operator',
  query: Type.Object({
    ...PageQuery.properties,
    suiteId: Type.Optional(SuiteId),
    state: Type.Optional(TemplateState),
  }),
  response: page(MessageTemplate),
})

export const submitMessageTemplate = contract({
  method: 'POST',
  path: '/operator/suites/:suiteId/message-templates',
  summary: 'A new template, or a new wording of one; nobody can send it before it is approved',
  permission: 'operator',
  params: Type.Object({ suiteId: SuiteId }),
  body: Type.Object(
    {
      templateId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }),
      name: Type.String({ minLength: 1, maxLength: 60 }),
      msg: Type.Record(Type.String(), Type.Unknown()),
    },
    closed,
  ),
  response: MessageTemplate,
  errors: ['resource.missing', 'template.msg'],
})

export const reviewMessageTemplate = contract({
  method: 'POST',
  path: '/operator/suites/:suiteId/message-templates/:templateId/review',
  summary: 'Approve a template or return it with a reason; an approved one may be returned later',
  permission: 'operator',
  params: Type.Object({ suiteId: SuiteId, templateId: Type.String({ maxLength: 64 }) }),
  body: Type.Object(
    {
      decision: Type.Union([Type.Literal('approve'), Type.Literal('return')]),
      note: Type.Optional(Type.String({ maxLength: 500 })),
    },
    closed,
  ),
  response: MessageTemplate,
  errors: ['resource.missing'],
})
