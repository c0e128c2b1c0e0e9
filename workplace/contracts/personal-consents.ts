import { Type, type Static } from 'typebox'
import { closed, Done, Instant, nullable, SuiteId, Uuid } from './basics.ts'
import { personalScopes } from './container.ts'
import { contract } from './contract.ts'

/** What a person allows an app beyond what an org allows it; good until it is taken back or runs out. */
export const PersonalConsent = Type.Object({
  suiteId: SuiteId,
  name: Type.String(),
  icon: Type.String(),
  /** Null: a sign-in on the web that named none. */
  org: nullable(Type.Object({ orgId: Uuid, name: Type.String() })),
  scopes: Type.Array(Type.Enum(personalScopes)),
  until: Instant,
})
export type PersonalConsent = Static<typeof PersonalConsent>

export const listPersonalConsents = contract({
  method: 'GET',
  path: '/me/personal-consents',
  summary: 'Apps I allow something myself (100 at most)',
  permission: 'session',
  response: Type.Object({ items: Type.Array(PersonalConsent) }),
})

export const endPersonalConsent = contract({
  method: 'POST',
  path: '/me/personal-consents/end',
  summary: 'Take back what I allow an app, in one org or in none; its tokens end at once',
  permission: 'session',
  body: Type.Object({ suiteId: SuiteId, orgId: nullable(Uuid) }, closed),
  response: Done,
  errors: ['resource.missing'],
})
