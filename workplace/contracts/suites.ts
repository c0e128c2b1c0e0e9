import { Type, type Static } from 'typebox'
import { closed, Done, SuiteId } from './basics.ts'
import { contract } from './contract.ts'

const Address = Type.String({ maxLength: 1000 })

export const SuiteFacts = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
    developer: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
    description: Type.String({ maxLength: 200 }),
    icon: Address,
    pushStyle: Type.Enum(['synchttp', 'legacy', 'stream']),
    callbackUrl: Address,
    homeUrl: Address,
    pcHomeUrl: Address,
    templatesOnly: Type.Boolean({
      description: 'may send approved templates only, as newer apps on DingTalk',
    }),
  },
  closed,
)
export type SuiteFacts = Static<typeof SuiteFacts>

/** What the developer needs and nobody is shown twice. */
export const SuiteSecrets = Type.Object({
  suiteId: SuiteId,
  suiteKey: Type.String(),
  suiteSecret: Type.String(),
  callbackToken: Type.String(),
  callbackAesKey: Type.String(),
})
export type SuiteSecrets = Static<typeof SuiteSecrets>

const Params = Type.Object({ suiteId: SuiteId })

export const registerSuite = contract({
  method: 'POST',
  path: '/operator/suites',
  summary: 'Register a suite; its secrets are answered this once',
  permission: 'operator',
  body: SuiteFacts,
  response: SuiteSecrets,
  errors: ['suite.address'],
})

export const getSuiteFacts = contract({
  method: 'GET',
  path: '/operator/suites/:suiteId/facts',
  summary: 'A registered suite as it may be changed; one of the suites file is not there',
  permission: 'operator',
  params: Params,
  response: SuiteFacts,
})

export const changeSuite = contract({
  method: 'PUT',
  path: '/operator/suites/:suiteId/facts',
  summary: 'Change a registered suite; a changed callback URL has to prove itself anew',
  permission: 'operator',
  params: Params,
  body: SuiteFacts,
  response: Done,
  errors: ['suite.address'],
})

export const rotateSuiteSecret = contract({
  method: 'POST',
  path: '/operator/suites/:suiteId/secret',
  summary: 'A new suite secret; the old one and the tokens it got are dead at once',
  permission: 'operator',
  params: Params,
  response: Type.Object({ suiteSecret: Type.String() }),
})

export const setSuiteState = contract({
  method: 'PUT',
  path: '/operator/suites/:suiteId/state',
  summary: 'Stop a registered suite for every org, or start it again',
  permission: 'operator',
  params: Params,
  body: Type.Object({ state: Type.Enum(['active', 'stopped']) }, closed),
  response: Done,
})
