import { Type, type Static } from 'typebox'
import { mobilePattern } from '../identity/phone.ts'
import { contract } from './contract.ts'
import { DepartmentId, Instant, Nothing, Nullable, Uuid } from './fields.ts'

export const AppId = Type.Union([
  Type.Literal('forms'),
  Type.Literal('employment-report'),
  Type.Literal('health-report'),
])
export type AppId = Static<typeof AppId>
export const appIds: readonly AppId[] = ['forms', 'employment-report', 'health-report']

const Phone = Type.String({ pattern: mobilePattern })
const SmsCode = Type.String({ pattern: '^\\d{6}$' })

export const Me = Type.Object({
  role: Type.Union([
    Type.Literal('member'),
    Type.Literal('sub-admin'),
    Type.Literal('main-admin'),
    Type.Literal('operator'),
  ]),
  org: Nullable(
    Type.Object({ id: Uuid, corpId: Type.String(), name: Type.String(), timeZone: Type.String() }),
  ),
  member: Nullable(
    Type.Object({
      id: Uuid,
      /** The host's id of the member in this org. */
      userId: Type.String(),
      name: Type.String(),
      departments: Type.Array(Type.Object({ id: DepartmentId, name: Type.String() })),
      /** Masked; null until the member has bound a phone. */
      phone: Nullable(Type.String()),
      isGuest: Type.Boolean(),
    }),
  ),
})
export type Me = Static<typeof Me>

/** A bearer token and whom it stands for. */
export const Session = Type.Object({ token: Type.String(), expiresAt: Instant, me: Me })
export type Session = Static<typeof Session>

/** Inside the host (Z-23). */
export const signInByAuthCode = contract({
  method: 'POST',
  path: '/sessions/auth-code',
  summary: 'Sign in inside the workplace with a single-use auth code',
  permission: 'public',
  body: Type.Object(
    {
      app: AppId,
      corpId: Type.String({ minLength: 1, maxLength: 64 }),
      code: Type.String({ minLength: 1, maxLength: 256 }),
    },
    { additionalProperties: false },
  ),
  response: Session,
  errors: ['auth-code.invalid', 'app.not-authorised', 'app.stopped', 'workplace.unreachable'],
})

/** Outside the host (Z-23): always answers alike, so that nobody learns which phones are known. */
export const requestSmsCode = contract({
  method: 'POST',
  path: '/sessions/sms-codes',
  summary: 'Send a sign-in code by SMS',
  permission: 'public',
  body: Type.Object({ phone: Phone }, { additionalProperties: false }),
  response: Type.Object({ resendAfterS: Type.Integer() }),
  errors: ['phone.invalid', 'sms-code.too-many'],
})

export const signInBySms = contract({
  method: 'POST',
  path: '/sessions/sms',
  summary: 'Sign in outside the workplace with a bound phone; one session per organisation of the person',
  permission: 'public',
  body: Type.Object({ phone: Phone, code: SmsCode }, { additionalProperties: false }),
  response: Type.Object({ sessions: Type.Array(Session) }),
  errors: ['sms-code.invalid', 'phone.unknown'],
})

/** Somebody outside the org who fills a form open to anyone with the link (Z-31). */
export const signInAsGuest = contract({
  method: 'POST',
  path: '/sessions/guest',
  summary: 'Sign in as a guest of one form that anyone with the link may fill',
  permission: 'public',
  body: Type.Object(
    {
      link: Type.String({ minLength: 16, maxLength: 64 }),
      name: Type.String({ minLength: 1, maxLength: 40 }),
      phone: Phone,
      code: SmsCode,
    },
    { additionalProperties: false },
  ),
  response: Session,
  errors: ['sms-code.invalid', 'resource.missing', 'form.ended'],
})

export const signInBySetupLink = contract({
  method: 'POST',
  path: '/sessions/setup',
  summary: 'Sign the operator in with the one-time link of the start-up log',
  permission: 'public',
  body: Type.Object(
    { token: Type.String({ minLength: 16, maxLength: 128 }) },
    { additionalProperties: false },
  ),
  response: Session,
  errors: ['setup-link.invalid'],
})

export const renewSession = contract({
  method: 'POST',
  path: '/sessions/renewal',
  summary: 'Exchange a session that is about to expire for a fresh one',
  permission: 'session',
  response: Session,
  errors: [],
})

export const getMe = contract({
  method: 'GET',
  path: '/me',
  summary: 'Who the session stands for',
  permission: 'session',
  response: Me,
  errors: [],
})

/** The platform never tells an ISV a phone number, so the member gives it once and proves it by SMS. */
export const bindPhone = contract({
  method: 'PUT',
  path: '/me/phone',
  summary: 'Bind the member’s own phone after an SMS code',
  permission: 'submissions.file',
  body: Type.Object({ phone: Phone, code: SmsCode }, { additionalProperties: false }),
  response: Me,
  errors: ['sms-code.invalid'],
})

export const signOut = contract({
  method: 'POST',
  path: '/sessions/end',
  summary: 'Forget this session',
  permission: 'session',
  response: Nothing,
  errors: [],
})
