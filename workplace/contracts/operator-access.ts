import { Type, type Static } from 'typebox'
import { closed, Done, Instant, nullable, page, PageQuery, Uuid } from './basics.ts'
import { contract } from './contract.ts'

export const OperatorName = Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' })

export const OperatorSession = Type.Object({ token: Type.String(), name: Type.String(), expiresAt: Instant })
export type OperatorSession = Static<typeof OperatorSession>

export const signInOperator = contract({
  method: 'POST',
  path: '/operator/sessions',
  summary:
    'Sign in to the operator’s pages by the operator’s key, or by the code of a link that is good once',
  permission: 'public',
  body: Type.Object(
    {
      key: Type.String({ minLength: 1, maxLength: 200 }),
      name: Type.Optional(OperatorName),
    },
    closed,
  ),
  response: OperatorSession,
  errors: ['operator.key-wrong', 'rate.limited'],
})

export const signOutOperator = contract({
  method: 'DELETE',
  path: '/operator/sessions/current',
  summary: 'End the operator’s session',
  permission: 'operator',
  response: Done,
})

export const getOperator = contract({
  method: 'GET',
  path: '/operator/me',
  summary: 'As whom the operator’s pages are open, and until when',
  permission: 'operator',
  response: Type.Object({
    name: Type.String(),
    expiresAt: nullable(Instant),
  }),
})

export const makeOperatorLink = contract({
  method: 'POST',
  path: '/operator/links',
  summary: 'A link that lets one person in to the operator’s pages, once',
  permission: 'operator',
  body: Type.Object({ name: OperatorName }, closed),
  response: Type.Object({ link: Type.String(), expiresAt: Instant }),
})

/** What an operator can do that changes something, or opens what is sealed. */
export const operatorActions = [
  'session.started',
  'session.ended',
  'link.made',
  'ticket.pushed',
  'delivery.sent-again',
  'faults.set',
  'limits.changed',
  'template.submitted',
  'template.approved',
  'template.returned',
  'suite.registered',
  'suite.changed',
  'suite.secret-rotated',
  'suite.stopped',
  'suite.started',
  'certification.approved',
  'certification.returned',
  'certification.id-opened',
] as const

export const OperatorAct = Type.Object({
  id: Uuid,
  at: Instant,
  operator: Type.String(),
  action: Type.Enum(operatorActions),
  subject: Type.String(),
  aboutOrg: nullable(Uuid),
  detail: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
})
export type OperatorAct = Static<typeof OperatorAct>
export type OperatorAction = OperatorAct['action']

export const listOperatorActs = contract({
  method: 'POST',
  path: '/operator/acts/search',
  summary: 'What operators did, newest first; asked for in a body, so that no address holds a name',
  permission: 'operator',
  body: Type.Object(
    {
      ...PageQuery.properties,
      action: Type.Optional(Type.Enum(operatorActions)),
      operator: Type.Optional(Type.String({ maxLength: 40, description: 'part of the name' })),
    },
    closed,
  ),
  response: page(OperatorAct),
})
