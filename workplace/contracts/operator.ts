import { Type, type Static } from 'typebox'
import { closed, Done, Instant, nullable, SuiteId, Uuid } from './basics.ts'
import { contract } from './contract.ts'

export const Delivery = Type.Object({
  id: Type.Integer(),
  suiteId: SuiteId,
  orgId: nullable(Uuid),
  style: Type.Enum(['synchttp', 'legacy', 'stream']),
  bizType: Type.Integer(),
  bizId: Type.String(),
  action: Type.String(),
  state: Type.Union([Type.Literal('pending'), Type.Literal('delivered'), Type.Literal('failed')]),
  attempts: Type.Integer(),
  lastError: nullable(Type.String()),
  /** What was written down of it, as JSON; codes and secrets are masked. */
  sent: Type.String(),
  createdAt: Instant,
  nextAt: nullable(Instant),
  deliveredAt: nullable(Instant),
})
export type Delivery = Static<typeof Delivery>

export const SuiteStatus = Type.Object({
  suiteId: SuiteId,
  name: Type.String(),
  callbackUrl: Type.String(),
  pushStyle: Type.Enum(['synchttp', 'legacy', 'stream']),
  isUrlChecked: Type.Boolean(),
  ticketAt: nullable(Instant),
  pending: Type.Integer(),
  failed: Type.Integer(),
  installLink: Type.String(),
  /** Of the suites file, or registered here: only the latter can be changed here. */
  isRegistered: Type.Boolean(),
  isStopped: Type.Boolean(),
})
export type SuiteStatus = Static<typeof SuiteStatus>

export const listSuiteStatus = contract({
  method: 'GET',
  path: '/operator/suites',
  summary: 'Registered suites and the state of their pushes',
  permission: 'operator',
  response: Type.Object({ items: Type.Array(SuiteStatus) }),
})

export const pushTicket = contract({
  method: 'POST',
  path: '/operator/suites/:suiteId/ticket',
  summary: 'Make and push a new suite ticket now (重新推送)',
  permission: 'operator',
  params: Type.Object({ suiteId: SuiteId }),
  response: Done,
})

export const listDeliveries = contract({
  method: 'GET',
  path: '/operator/deliveries',
  summary: 'Pushes to the suites’ callback URLs, newest first',
  permission: 'operator',
  query: Type.Object({
    suiteId: Type.Optional(SuiteId),
    state: Type.Optional(
      Type.Union([Type.Literal('pending'), Type.Literal('delivered'), Type.Literal('failed')]),
    ),
    before: Type.Optional(Type.Integer()),
  }),
  response: Type.Object({ items: Type.Array(Delivery) }),
})

export const pushAgain = contract({
  method: 'POST',
  path: '/operator/deliveries/:id/push',
  summary: 'Push one again, whatever its state',
  permission: 'operator',
  params: Type.Object({ id: Type.Integer() }),
  response: Done,
})

/** Faults the platform shows on purpose, for tests (test mode only). */
export const Fault = Type.Object(
  {
    /** Path prefix below /oapi or /openapi, for example /topapi/v2/user/list; empty is every call. */
    path: Type.String({ maxLength: 200 }),
    kind: Type.Enum([
      'busy', // errcode -1
      'qps', // 88 / 90018, QpsLimitForAppkeyAndApi
      'qpm', // 88 / 90018, QpmLimitForAppkeyAndApi
      'platform-qps', // 90002, QpsLimitForApi
      'org-qps', // 90008, QpsLimitForSuitekeyAndOrgAndApi
      'org-qpm', // 90010, QpmLimitForSuitekeyAndOrgAndApi
      'many-orgs', // 90017
      'quota', // 90020, ApiCountLimitForOrg
      'ip', // 60020, IpNotInWhiteList
      'ban', // HTTP 200 with status 1111 and no errcode
      'ban-page', // HTTP 200 with a page
      'bad-token', // 88 / 40014
      'slow', // answers after delayMs
      'drop', // connection closed without an answer
    ]),
    /** How many calls it holds for. */
    times: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 120_000 })),
  },
  closed,
)
export type Fault = Static<typeof Fault>

export const PushFaults = Type.Object(
  {
    duplicate: Type.Optional(Type.Boolean({ description: 'send every push twice' })),
    reorder: Type.Optional(Type.Boolean({ description: 'newest first' })),
    loseNext: Type.Optional(Type.Integer({ minimum: 0, description: 'mark as delivered without sending' })),
  },
  closed,
)
export type PushFaults = Static<typeof PushFaults>

export const setFaults = contract({
  method: 'PUT',
  path: '/operator/faults',
  summary: 'Replace the fault switches (test mode only)',
  permission: 'operator',
  body: Type.Object(
    {
      calls: Type.Optional(Type.Array(Fault, { maxItems: 50 })),
      push: Type.Optional(PushFaults),
      expireTokens: Type.Optional(Type.Boolean({ description: 'every open-platform token ends now' })),
      qpsLimit: Type.Optional(
        nullable(Type.Integer({ minimum: 0, description: '0 switches it off; null: as configured' })),
      ),
      floodLimit: Type.Optional(
        nullable(
          Type.Integer({
            minimum: 0,
            description:
              'calls of one address in 20 s before it is banned; 0 is off; null: 10 000, in test mode off',
          }),
        ),
      ),
    },
    closed,
  ),
  response: Done,
})

export const getSecurityStatus = contract({
  method: 'GET',
  path: '/operator/security',
  summary: 'Switches that loosen or tighten security, as they stand',
  permission: 'operator',
  response: Type.Object({
    adminPasswordRule: Type.Enum(['standard', 'manual'], {
      description: 'manual: weaker than the standard, beside a sign-in by phone (S-20)',
    }),
    clockControl: Type.Boolean({ description: 'anyone may move the clock: tests and the demo only' }),
    autoCertify: Type.Boolean({ description: 'certifications are granted at once' }),
    https: Type.Boolean(),
  }),
})
