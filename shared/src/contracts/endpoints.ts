import { Type, type Static } from 'typebox'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'
import { ReportPause, PauseReason } from './operations.ts'

/** Of the endpoint that the environment names: for every organisation in whose region no other answers. */
export const defaultEndpointId = '00000000-0000-0000-0000-000000000000'

export const EndpointMode = Type.Union([
  /** Drops a key it has taken: what had no answer is sent again. */
  Type.Literal('idempotent'),
  /** Counts twice what it gets twice: what had no answer is parked until it is known. */
  Type.Literal('ask-before-resend'),
])
export type EndpointMode = Static<typeof EndpointMode>

const Signature = Type.Union([Type.Literal('hmac-sha256'), Type.Literal('sm2-sm3')])

/** How its last calls went. */
export const EndpointHealth = Type.Union([
  Type.Literal('unknown'),
  Type.Literal('well'),
  Type.Literal('failing'),
  /** So many calls failed that one at a time is tried now and then. */
  Type.Literal('resting'),
])
export type EndpointHealth = Static<typeof EndpointHealth>

/** One word for what a call came to. */
export const EndpointOutcome = Type.Union([
  Type.Literal('answered'),
  /** It answers and keeps no list: nothing shows whether its signatures are right. */
  Type.Literal('no-list'),
  Type.Literal('unsigned'),
  Type.Literal('key-refused'),
  Type.Literal('busy'),
  Type.Literal('faulty'),
  Type.Literal('unreachable'),
  Type.Literal('forbidden'),
])
export type EndpointOutcome = Static<typeof EndpointOutcome>

/** Where reports of a region go. Its secret is never told. */
export const Endpoint = Type.Object({
  id: Uuid,
  name: Type.String(),
  isDefault: Type.Boolean(),
  address: Type.String(),
  keyId: Type.String(),
  signature: Signature,
  /** Of sm2-sm3: the receiver’s public key. */
  receiverKey: Nullable(Type.String()),
  /** Most calls of one process in a second; 0 for no limit. */
  callsPerSecond: Count,
  mode: EndpointMode,
  /** Null of the default one, which answers for the rest. */
  region: Nullable(Type.String()),
  state: Type.Union([Type.Literal('active'), Type.Literal('retired')]),
  pause: Nullable(ReportPause),
  health: EndpointHealth,
  failures: Count,
  failure: Nullable(Type.String()),
  failedAt: Nullable(Instant),
  answeredAt: Nullable(Instant),
  nextTryAt: Nullable(Instant),
  /** Organisations whose reports it is owed, and since when the oldest waits. */
  waiting: Count,
  oldestAt: Nullable(Instant),
  /** Waits longer than it should. */
  isOverdue: Type.Boolean(),
  parked: Count,
  test: Nullable(Type.Object({ at: Instant, outcome: EndpointOutcome })),
})
export type Endpoint = Static<typeof Endpoint>

export const listEndpoints = contract({
  method: 'GET',
  path: '/operations/endpoints',
  summary: 'Endpoints of the government, the default one first, and how each is doing (R-20)',
  permission: 'operations.read',
  audit: none('the state of the installation'),
  query: Type.Object(pageQuery),
  response: PageOf(Endpoint),
  errors: [],
})

/** A province, city or county of GB/T 2260. */
const AreaCode = Type.String({ pattern: '^[0-9]{6}$', examples: ['410100'] })
const line = '^\\S(.*\\S)?$'
const settings = {
  name: Type.String({ minLength: 2, maxLength: 60, pattern: line }),
  address: Type.String({ minLength: 8, maxLength: 300, pattern: '^https?://\\S+$' }),
  keyId: Type.String({ minLength: 1, maxLength: 100, pattern: '^[\\x21-\\x7e]+$' }),
  signature: Signature,
  receiverKey: Type.Optional(Type.String({ pattern: '^04[0-9a-fA-F]{128}$' })),
  callsPerSecond: Type.Integer({ minimum: 0, maximum: 1_000 }),
  mode: EndpointMode,
  region: AreaCode,
}
/** Of sm2-sm3: our private key. */
const secret = Type.String({ minLength: 16, maxLength: 300, pattern: '^[\\x21-\\x7e]+$' })

export const NewEndpoint = Type.Object({ ...settings, secret }, { additionalProperties: false })
export type NewEndpoint = Static<typeof NewEndpoint>
export const ChangedEndpoint = Type.Object(
  /** Left out, the secret stays. */
  { ...settings, secret: Type.Optional(secret) },
  { additionalProperties: false },
)
export type ChangedEndpoint = Static<typeof ChangedEndpoint>

const params = Type.Object({ endpointId: Uuid })
const settingErrors = ['endpoint.address', 'endpoint.key', 'endpoint.region-taken'] as const

export const addEndpoint = contract({
  method: 'POST',
  path: '/operations/endpoints',
  summary: 'Add an endpoint for a region; its organisations’ next reports go there',
  permission: 'operations.manage',
  stepUp: true,
  audit: changes('endpoint.added', {
    object: 'endpoint:{response.id}',
    detail: ['body.name', 'body.region'],
  }),
  body: NewEndpoint,
  response: Endpoint,
  errors: [...settingErrors],
})

export const changeEndpoint = contract({
  method: 'PUT',
  path: '/operations/endpoints/:endpointId',
  summary: 'Change an endpoint; reports made for it already go where it is now',
  permission: 'operations.manage',
  stepUp: true,
  audit: changes('endpoint.changed', {
    object: 'endpoint:{endpointId}',
    detail: ['body.name', 'body.region'],
  }),
  params,
  body: ChangedEndpoint,
  response: Endpoint,
  errors: ['resource.missing', 'endpoint.is-default', 'endpoint.retired', ...settingErrors],
})

export const testEndpoint = contract({
  method: 'POST',
  path: '/operations/endpoints/:endpointId/tests',
  summary:
    'Ask an endpoint for today’s list of receipts, signed, and say what came back; nothing is reported',
  permission: 'operations.manage',
  audit: changes('endpoint.tested', { object: 'endpoint:{endpointId}', detail: ['response.outcome'] }),
  params,
  response: Type.Object({ outcome: EndpointOutcome }),
  errors: ['resource.missing'],
})

export const retireEndpoint = contract({
  method: 'DELETE',
  path: '/operations/endpoints/:endpointId',
  summary: 'Make no more reports for an endpoint; those made for it are still delivered',
  permission: 'operations.manage',
  stepUp: true,
  audit: changes('endpoint.retired', { object: 'endpoint:{endpointId}' }),
  params,
  response: Endpoint,
  errors: ['resource.missing', 'endpoint.is-default', 'endpoint.retired'],
})

export const pauseEndpoint = contract({
  method: 'PUT',
  path: '/operations/endpoints/:endpointId/pause',
  summary: 'Stop deliveries to one endpoint; reports are made and wait',
  permission: 'operations.manage',
  stepUp: true,
  audit: changes('endpoint.paused', { object: 'endpoint:{endpointId}', detail: ['body.reason'] }),
  params,
  body: Type.Object({ reason: PauseReason }, { additionalProperties: false }),
  response: Endpoint,
  errors: ['resource.missing'],
})

export const resumeEndpoint = contract({
  method: 'DELETE',
  path: '/operations/endpoints/:endpointId/pause',
  summary: 'Let deliveries to one endpoint go on',
  permission: 'operations.manage',
  audit: changes('endpoint.resumed', { object: 'endpoint:{endpointId}' }),
  params,
  response: Endpoint,
  errors: ['resource.missing'],
})
