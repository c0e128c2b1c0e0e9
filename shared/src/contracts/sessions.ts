import { Type, type Static } from 'typebox'
import { mobilePattern } from '../identity/phone.ts'
import { changes, ledger, none, own } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, DepartmentId, Instant, Nothing, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

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
    Type.Literal('viewer'),
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
  /** Of a government viewer: what he was entered as, and the region he sees. */
  viewer: Type.Optional(Type.Object({ id: Uuid, name: Type.String(), region: Type.String() })),
})
export type Me = Static<typeof Me>

/** A bearer token, good for a few minutes. */
export const AccessToken = Type.Object({ token: Type.String(), expiresAt: Instant })
export type AccessToken = Static<typeof AccessToken>

/** A session: its bearer token, what buys the next one, and whom it stands for. */
export const Session = Type.Object({
  id: Uuid,
  token: Type.String(),
  expiresAt: Instant,
  /** Works once; each renewal brings the next. */
  refreshToken: Type.String(),
  me: Me,
})
export type Session = Static<typeof Session>

/** Names the request for a code; only who asked for it can use it. */
const Challenge = Type.String({ minLength: 16, maxLength: 64 })
const CodeSent = Type.Object({ challenge: Challenge, resendAfterS: Type.Integer() })

/** Inside the host (Z-23). */
export const signInByAuthCode = contract({
  method: 'POST',
  path: '/sessions/auth-code',
  summary: 'Sign in inside the workplace with a single-use auth code',
  permission: 'public',
  rate: 'sign-in',
  audit: changes('session.started'),
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
  summary: 'Send a sign-in code by SMS, if a member has confirmed this phone number',
  permission: 'public',
  rate: 'code',
  audit: ledger('the code that is sent is its own record'),
  body: Type.Object({ phone: Phone }, { additionalProperties: false }),
  response: CodeSent,
  errors: ['phone.invalid', 'sms-code.too-many'],
})

export const signInBySms = contract({
  method: 'POST',
  path: '/sessions/sms',
  summary: 'Sign in outside the workplace with a bound phone; one session per organisation of the person',
  permission: 'public',
  rate: 'code',
  audit: changes('session.started'),
  body: Type.Object(
    {
      phone: Phone,
      code: SmsCode,
      challenge: Challenge,
      /** Where a viewer of the government has something to look at; then he gets a session of his own, too. */
      isConsole: Type.Optional(Type.Literal(true)),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ sessions: Type.Array(Session) }),
  errors: ['sms-code.invalid', 'phone.unknown'],
})

const FormLink = Type.String({ minLength: 16, maxLength: 64 })

export const requestGuestCode = contract({
  method: 'POST',
  path: '/sessions/guest-codes',
  summary: 'Send a code by SMS to somebody who holds the link of a form that anyone may fill',
  permission: 'public',
  rate: 'code',
  audit: ledger('the code that is sent is its own record'),
  body: Type.Object({ phone: Phone, link: FormLink }, { additionalProperties: false }),
  response: CodeSent,
  errors: ['phone.invalid', 'sms-code.too-many', 'resource.missing', 'form.ended'],
})

/** Somebody outside the org who fills a form open to anyone with the link (Z-31). */
export const signInAsGuest = contract({
  method: 'POST',
  path: '/sessions/guest',
  summary: 'Sign in as a guest of one form that anyone with the link may fill',
  permission: 'public',
  rate: 'code',
  audit: changes('session.started'),
  body: Type.Object(
    {
      link: FormLink,
      name: Type.String({ minLength: 1, maxLength: 40 }),
      phone: Phone,
      code: SmsCode,
      challenge: Challenge,
    },
    { additionalProperties: false },
  ),
  response: Session,
  errors: ['sms-code.invalid', 'resource.missing', 'form.ended'],
})

export const signInBySetupLink = contract({
  method: 'POST',
  path: '/sessions/setup',
  summary:
    'Sign the operator in with the link of the start-up log: once, or with a code of the authenticator',
  permission: 'public',
  rate: 'set-up',
  audit: changes('setup-link.used'),
  body: Type.Object(
    {
      token: Type.String({ minLength: 16, maxLength: 128 }),
      /** Of the authenticator, once there is one: then the link works again. */
      code: Type.Optional(SmsCode),
    },
    { additionalProperties: false },
  ),
  response: Session,
  errors: ['setup-link.invalid', 'authenticator.needed', 'proof.invalid'],
})

/** A refresh token used twice ends the session: one of the two is a thief's (S-14). */
export const renewSession = contract({
  method: 'POST',
  path: '/sessions/renewal',
  summary: 'Exchange a refresh token, once, for a fresh session',
  permission: 'public',
  rate: 'sign-in',
  audit: ledger('the session keeps when it was renewed last'),
  body: Type.Object(
    { refreshToken: Type.String({ minLength: 16, maxLength: 128 }) },
    { additionalProperties: false },
  ),
  response: Session,
  errors: ['session.expired'],
})

export const getMe = contract({
  method: 'GET',
  path: '/me',
  summary: 'Who the session stands for',
  permission: 'session',
  audit: own('the caller’s own profile'),
  response: Me,
  errors: [],
})

/**
 * What a mini-app keeps on the device before it is filed lies sealed under this key (S-78). It is the same at every
 * sign-in of the member and nobody else's. A reload asks for it; for the time without a network the device keeps it in two
 * halves, three days at most (ADR 40).
 */
export const getDeviceKey = contract({
  method: 'GET',
  path: '/me/device-key',
  summary: 'The key under which the caller’s drafts lie on a device',
  permission: 'submissions.file',
  audit: own('a key made for the caller alone, and nothing about anybody'),
  /** 32 bytes for AES-256-GCM, base64. */
  response: Type.Object({ key: Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' }) }),
  errors: [],
})

export const requestBindingCode = contract({
  method: 'POST',
  path: '/me/phone/codes',
  summary: 'Send a code by SMS to a phone number the member is about to bind',
  permission: 'submissions.file',
  rate: 'code',
  audit: ledger('the code that is sent is its own record'),
  body: Type.Object({ phone: Phone }, { additionalProperties: false }),
  response: CodeSent,
  errors: ['phone.invalid', 'sms-code.too-many'],
})

/** The platform never tells an ISV a phone number, so the member gives it once and proves it by SMS. */
export const bindPhone = contract({
  method: 'PUT',
  path: '/me/phone',
  summary: 'Bind the member’s own phone after an SMS code',
  permission: 'submissions.file',
  audit: changes('phone.bound'),
  body: Type.Object({ phone: Phone, code: SmsCode, challenge: Challenge }, { additionalProperties: false }),
  response: Me,
  errors: ['sms-code.invalid', 'step-up.needed'],
})

export const signOut = contract({
  method: 'POST',
  path: '/sessions/end',
  summary: 'End this session',
  permission: 'session',
  audit: changes('session.ended'),
  response: Nothing,
  errors: [],
})

export const SessionEntry = Type.Object({
  id: Uuid,
  isCurrent: Type.Boolean(),
  /** How it began: in the workplace, by SMS, as a guest, or by the operator’s link. */
  kind: Type.Union([
    Type.Literal('host'),
    Type.Literal('sms'),
    Type.Literal('guest'),
    Type.Literal('setup-link'),
  ]),
  /** Browser and system as the browser tells them, `Chrome · Windows`; null when it tells nothing known. */
  device: Nullable(Type.String()),
  startedAt: Instant,
  /** The last renewal: some minutes may have passed since. */
  seenAt: Instant,
  expiresAt: Instant,
})
export type SessionEntry = Static<typeof SessionEntry>

export const listSessions = contract({
  method: 'GET',
  path: '/sessions',
  summary: 'The caller’s own open sessions, newest first',
  permission: 'session',
  audit: own('the caller’s own sessions'),
  query: Type.Object(pageQuery),
  response: PageOf(SessionEntry),
  errors: [],
})

export const endSession = contract({
  method: 'DELETE',
  path: '/sessions/:sessionId',
  summary: 'End one of the caller’s own sessions',
  permission: 'session',
  audit: changes('session.ended', { object: 'session:{sessionId}' }),
  params: Type.Object({ sessionId: Uuid }),
  response: Nothing,
  errors: ['resource.missing'],
})

export const endOtherSessions = contract({
  method: 'POST',
  path: '/sessions/end-others',
  summary: 'End all of the caller’s sessions but this one',
  permission: 'session',
  audit: changes('session.ended', { object: 'others' }),
  response: Type.Object({ ended: Count }),
  errors: [],
})

/**
 * How the caller proves himself a second time, always another way than he signed in by (S-22, S-23): by SMS when he
 * came from the workplace, through the workplace when he came by SMS, the operator by his authenticator.
 */
export const ProofWay = Type.Object({
  way: Type.Union([Type.Literal('sms'), Type.Literal('workplace'), Type.Literal('authenticator')]),
  /** The bound phone, masked. */
  phone: Nullable(Type.String()),
  /** False: a phone has to be bound, or an authenticator set up, first. */
  isReady: Type.Boolean(),
})
export type ProofWay = Static<typeof ProofWay>

export const getProofWay = contract({
  method: 'GET',
  path: '/sessions/proof',
  summary: 'How the caller proves himself a second time',
  permission: 'session',
  audit: own('the caller’s own phone, masked'),
  response: ProofWay,
  errors: [],
})

export const requestProofCode = contract({
  method: 'POST',
  path: '/sessions/proof/codes',
  summary: 'Send the code of a second proof, by SMS or through the workplace',
  permission: 'session',
  rate: 'code',
  audit: ledger('the code that is sent is its own record'),
  response: Type.Object({ resendAfterS: Type.Integer() }),
  errors: ['proof.impossible', 'sms-code.too-many', 'workplace.unreachable'],
})

export const giveProof = contract({
  method: 'POST',
  path: '/sessions/proof',
  summary: 'Prove oneself a second time; the token that comes back may do sensitive acts for five minutes',
  permission: 'session',
  rate: 'code',
  audit: changes('proof.given'),
  body: Type.Object({ code: SmsCode }, { additionalProperties: false }),
  response: AccessToken,
  errors: ['proof.invalid', 'proof.impossible'],
})

export const startAuthenticator = contract({
  method: 'POST',
  path: '/sessions/authenticator',
  summary: 'Begin to set up the operator’s authenticator (TOTP, RFC 6238)',
  permission: 'operations.manage',
  audit: none('nothing is set up until its first code'),
  response: Type.Object({ uri: Type.String(), secret: Type.String() }),
  errors: ['authenticator.set'],
})

export const confirmAuthenticator = contract({
  method: 'PUT',
  path: '/sessions/authenticator',
  summary: 'Finish setting up the authenticator with its first code; counts as a second proof',
  permission: 'operations.manage',
  rate: 'code',
  audit: changes('authenticator.set'),
  body: Type.Object({ code: SmsCode }, { additionalProperties: false }),
  response: AccessToken,
  errors: ['authenticator.set', 'proof.invalid'],
})

export const removeAuthenticator = contract({
  method: 'DELETE',
  path: '/sessions/authenticator',
  summary: 'Take the authenticator off, to set up another',
  permission: 'operations.manage',
  audit: changes('authenticator.removed'),
  stepUp: true,
  response: Nothing,
  errors: [],
})

export const SigningKey = Type.Object({
  kid: Type.String(),
  state: Type.Union([
    Type.Literal('coming'),
    Type.Literal('signing'),
    Type.Literal('retiring'),
    Type.Literal('retired'),
    Type.Literal('withdrawn'),
  ]),
  /** Given by `JWT_SECRET` rather than made here. */
  isFromEnvironment: Type.Boolean(),
  createdAt: Instant,
  /** Until when tokens signed with it are good; null while it signs. */
  retiresAt: Nullable(Instant),
})
export type SigningKey = Static<typeof SigningKey>

const keyId = Type.String({ pattern: '^[a-z0-9-]{1,40}$' })

export const listSigningKeys = contract({
  method: 'GET',
  path: '/operations/signing-keys',
  summary: 'The keys sessions are signed with, newest first',
  permission: 'operations.read',
  audit: none('names of keys'),
  query: Type.Object(pageQuery),
  response: PageOf(SigningKey),
  errors: [],
})

export const rotateSigningKey = contract({
  method: 'POST',
  path: '/operations/signing-keys',
  summary: 'Sign with a new key from now on; the old one verifies until its tokens have expired',
  permission: 'operations.manage',
  audit: changes('signing-key.rotated', { object: 'signing-key:{response.kid}' }),
  stepUp: true,
  response: SigningKey,
  errors: [],
})

export const withdrawSigningKey = contract({
  method: 'POST',
  path: '/operations/signing-keys/:kid/withdrawal',
  summary: 'Refuse everything signed with this key at once',
  permission: 'operations.manage',
  audit: changes('signing-key.withdrawn', { object: 'signing-key:{kid}' }),
  stepUp: true,
  params: Type.Object({ kid: keyId }),
  response: SigningKey,
  errors: ['resource.missing'],
})
