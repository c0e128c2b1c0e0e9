import { Type, type Static } from 'typebox'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { eventTypes } from './events.ts'
import { Count, Instant, Nothing, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

/* Where events of an organisation are sent as they happen, after the Standard Webhooks specification. */

export const webhookLimits = { endpoints: 20, url: 500 } as const
/** So long the secret before a rotation signs as well, so that a receiver has time to learn the new one. */
export const oldSecretHours = 24
/** The event an admin sends by hand; it has no number and stands in no feed. */
export const testEventType = 'webhook.test'

/** Of the Standard Webhooks specification. */
export const webhookHeaders = {
  id: 'webhook-id',
  timestamp: 'webhook-timestamp',
  signature: 'webhook-signature',
} as const

const Url = Type.String({
  maxLength: webhookLimits.url,
  pattern: '^https?://[^\\s#]+$',
  examples: ['https://hr.example.com/kangbao'],
})
const Types = Nullable(
  Type.Array(Type.Enum(eventTypes), { minItems: 1, maxItems: eventTypes.length, uniqueItems: true }),
)

export const WebhookEndpoint = Type.Object({
  id: Uuid,
  url: Type.String(),
  /** Types of events it gets; null for all, those to come included. */
  types: Nullable(Type.Array(Type.String())),
  state: Type.Union([Type.Literal('active'), Type.Literal('paused'), Type.Literal('disabled')]),
  /** `gone`: it answered 410; `failing`: nothing arrived for five days. */
  disabledFor: Nullable(Type.Union([Type.Literal('gone'), Type.Literal('failing')])),
  /** The last event that was settled here. */
  position: Count,
  /** Events of the feed behind which it is. */
  behind: Count,
  failingSince: Nullable(Instant),
  retryAt: Nullable(Instant),
  dead: Count,
  /** Until then the secret before signs as well. */
  oldSecretUntil: Nullable(Instant),
  madeBy: Type.String(),
  madeAt: Instant,
})
export type WebhookEndpoint = Static<typeof WebhookEndpoint>

const EndpointWithSecret = Type.Object({
  endpoint: WebhookEndpoint,
  /** Shown this once: `whsec_` and 32 bytes in base64. */
  secret: Type.String({ examples: ['whsec_…'] }),
})
export type EndpointWithSecret = Static<typeof EndpointWithSecret>

export const deliveryStates = ['waiting', 'delivered', 'dead'] as const
const DeliveryState = Type.Enum(deliveryStates)

export const WebhookDelivery = Type.Object({
  id: Uuid,
  eventId: Uuid,
  type: Type.String(),
  /** Of the event in the feed; null for a test. */
  sequence: Nullable(Type.Integer()),
  /** `dead`: given up; it may be sent again by hand. */
  state: DeliveryState,
  attempts: Count,
  /** HTTP status of the last attempt; null when nothing answered. */
  status: Nullable(Type.Integer()),
  reason: Nullable(
    Type.Union([
      Type.Literal('timeout'),
      Type.Literal('unreachable'),
      Type.Literal('certificate'),
      Type.Literal('address'),
    ]),
  ),
  tookMs: Nullable(Count),
  triedAt: Nullable(Instant),
})
export type WebhookDelivery = Static<typeof WebhookDelivery>
export type DeliveryReason = NonNullable<WebhookDelivery['reason']>

const endpointParams = Type.Object({ endpointId: Uuid }, { additionalProperties: false })
const object = 'webhook:{endpointId}'
const permission = 'open-api.manage'

export const listWebhooks = contract({
  method: 'GET',
  path: '/webhooks',
  summary: 'Endpoints, in the order they were made; 20 at most',
  permission,
  audit: none('addresses and counts; the one person named is the admin who made it'),
  response: Type.Object({ items: Type.Array(WebhookEndpoint) }),
  errors: [],
})

export const addWebhook = contract({
  method: 'POST',
  path: '/webhooks',
  summary:
    'An endpoint; it gets what happens from now on. The answer holds its secret, which is shown this once',
  permission,
  repeatable: true,
  audit: changes('webhook.added', { object: 'webhook:{response.endpoint.id}' }),
  body: Type.Object({ url: Url, types: Type.Optional(Types) }, { additionalProperties: false }),
  response: EndpointWithSecret,
  errors: ['webhook.address', 'webhook.too-many'],
})

export const changeWebhook = contract({
  method: 'PATCH',
  path: '/webhooks/:endpointId',
  summary: 'Another address or other types; pause it, or let it go on where it was',
  permission,
  audit: changes('webhook.changed', { object, detail: ['body.state'] }),
  params: endpointParams,
  body: Type.Object(
    {
      url: Type.Optional(Url),
      types: Type.Optional(Types),
      state: Type.Optional(Type.Union([Type.Literal('active'), Type.Literal('paused')])),
    },
    { additionalProperties: false },
  ),
  response: WebhookEndpoint,
  errors: ['resource.missing', 'webhook.address'],
})

export const removeWebhook = contract({
  method: 'DELETE',
  path: '/webhooks/:endpointId',
  summary: 'Nothing is sent there any more; its deliveries go with it',
  permission,
  audit: changes('webhook.removed', { object }),
  params: endpointParams,
  response: Nothing,
  errors: ['resource.missing'],
})

export const rotateWebhookSecret = contract({
  method: 'POST',
  path: '/webhooks/:endpointId/secret',
  summary: `A new secret; the one before signs as well for ${oldSecretHours} hours`,
  permission,
  repeatable: true,
  audit: changes('webhook.secret-rotated', { object }),
  params: endpointParams,
  response: EndpointWithSecret,
  errors: ['resource.missing'],
})

export const testWebhook = contract({
  method: 'POST',
  path: '/webhooks/:endpointId/test',
  summary: 'Send a test event, once; what becomes of it stands among the deliveries',
  permission,
  repeatable: true,
  audit: changes('webhook.tested', { object }),
  params: endpointParams,
  response: WebhookDelivery,
  errors: ['resource.missing'],
})

export const replayWebhook = contract({
  method: 'POST',
  path: '/webhooks/:endpointId/replay',
  summary: 'Send every event after a number again, in order; a receiver knows those it has by their ids',
  permission,
  audit: changes('webhook.replayed', { object, detail: ['body.after'] }),
  params: endpointParams,
  body: Type.Object(
    { after: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }) },
    { additionalProperties: false },
  ),
  response: WebhookEndpoint,
  errors: ['resource.missing', 'event.expired'],
})

export const listWebhookDeliveries = contract({
  method: 'GET',
  path: '/webhooks/:endpointId/deliveries',
  summary: 'What became of events at an endpoint, newest first; of 30 days',
  permission,
  audit: none('ids and states'),
  params: endpointParams,
  query: Type.Object({ ...pageQuery, state: Type.Optional(DeliveryState) }),
  response: PageOf(WebhookDelivery),
  errors: ['resource.missing'],
})

export const resendWebhookDelivery = contract({
  method: 'POST',
  path: '/webhooks/:endpointId/deliveries/:deliveryId/resend',
  summary: 'Send one again, out of its turn and once',
  permission,
  audit: changes('webhook.resent', { object: 'webhook:{endpointId}' }),
  params: Type.Object({ endpointId: Uuid, deliveryId: Uuid }, { additionalProperties: false }),
  response: WebhookDelivery,
  errors: ['resource.missing', 'event.expired'],
})
