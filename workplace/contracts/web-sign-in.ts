import { Type, type Static } from 'typebox'
import { closed, nullable, Uuid } from './basics.ts'
import { contract } from './contract.ts'
import { Suite } from './workbench.ts'

/** What stands in the address an app sent the person to, as it came. */
export const WebSignInRequest = Type.Object({
  client_id: Type.String({ maxLength: 100, default: '' }),
  redirect_uri: Type.String({ maxLength: 2000, default: '' }),
  response_type: Type.String({ maxLength: 40, default: '' }),
  scope: Type.String({ maxLength: 200, default: '' }),
  state: Type.Optional(Type.String({ maxLength: 1000 })),
  corpId: Type.Optional(Type.String({ maxLength: 64 })),
  exclusiveLogin: Type.Optional(Type.String({ maxLength: 10 })),
  exclusiveCorpId: Type.Optional(Type.String({ maxLength: 64 })),
})
export type WebSignInRequest = Static<typeof WebSignInRequest>

export const WebSignIn = Type.Object({
  suite: Suite,
  /** Host the person is sent back to, so that he sees where he goes. */
  returnsTo: Type.String(),
  /** Orgs to choose from, when the app asks which one; null: it does not. */
  orgs: nullable(Type.Array(Type.Object({ orgId: Uuid, name: Type.String() }))),
})
export type WebSignIn = Static<typeof WebSignIn>

const errors = ['web-sign-in.app', 'web-sign-in.redirect', 'web-sign-in.request'] as const

export const getWebSignIn = contract({
  method: 'POST',
  path: '/web-sign-ins/questions',
  summary: 'Who asks to sign me in on the web, and what for (a POST: addresses of apps are not for logs)',
  permission: 'session',
  body: WebSignInRequest,
  response: WebSignIn,
  errors,
})

export const decideWebSignIn = contract({
  method: 'POST',
  path: '/web-sign-ins',
  summary:
    'My answer; where to go with it: the app’s address with a code (once, 5 minutes), or with an error',
  permission: 'session',
  body: Type.Object(
    {
      request: WebSignInRequest,
      decision: Type.Union([Type.Literal('allow'), Type.Literal('refuse')]),
      orgId: Type.Optional(Uuid),
    },
    closed,
  ),
  response: Type.Object({ redirectTo: Type.String() }),
  errors: [...errors, 'web-sign-in.org'],
})
