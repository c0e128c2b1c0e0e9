import { Type, type Static } from 'typebox'
import { closed, Done, Instant, nullable, Phone, Uuid } from './basics.ts'
import { contract } from './contract.ts'

export const Role = Type.Union([Type.Literal('main'), Type.Literal('sub'), Type.Literal('none')])
export type Role = Static<typeof Role>

export const Person = Type.Object({
  id: Uuid,
  name: Type.String(),
  phone: Phone,
  avatar: nullable(Type.String()),
})
export type Person = Static<typeof Person>

/** Something to be seen, without control characters. */
export const PersonName = Type.String({
  minLength: 1,
  maxLength: 80,
  pattern: '^[ \\u3000\\u00a0]*[^\\s\\u0000-\\u001f\\u007f][^\\u0000-\\u001f\\u007f]*$',
})

/** An org as its member sees it in the org switch. */
export const MyOrg = Type.Object({
  orgId: Uuid,
  corpId: Type.String(),
  name: Type.String(),
  userid: Type.String(),
  role: Role,
  unread: Type.Integer(),
})
export type MyOrg = Static<typeof MyOrg>

export const Session = Type.Object({
  token: Type.String({ description: 'bearer token; shown once' }),
  expiresAt: Instant,
  person: Person,
  isNewPerson: Type.Boolean(),
})
export type Session = Static<typeof Session>

/** What a code may be given for: to sign in, to set a password, to change the phone, to delete the account. */
export const SmsPurpose = Type.Enum(['sign-in', 'password', 'phone', 'delete'])
export type SmsPurpose = Static<typeof SmsPurpose>
export const SmsCode = Type.String({ pattern: '^[0-9]{6}$' })

export const requestSmsCode = contract({
  method: 'POST',
  path: '/sms-codes',
  summary: 'Send a code by SMS (valid 5 minutes, once, for what its text says)',
  permission: 'public',
  body: Type.Object({ phone: Phone, purpose: Type.Optional(SmsPurpose) }, closed),
  response: Type.Object({ resendAfterSeconds: Type.Integer(), expiresInSeconds: Type.Integer() }),
  errors: ['request.invalid', 'member.phone-invalid', 'sms.too-soon', 'sms.too-many', 'sms.unavailable'],
})

export const signIn = contract({
  method: 'POST',
  path: '/sessions',
  summary: 'Sign in or sign up with phone and SMS code (Z-01)',
  permission: 'public',
  body: Type.Object(
    {
      phone: Phone,
      code: SmsCode,
      name: Type.Optional(PersonName),
      acceptTerms: Type.Optional(Type.Boolean({ description: 'required the first time' })),
    },
    closed,
  ),
  response: Session,
  errors: ['code.wrong', 'terms.required'],
})

export const signOut = contract({
  method: 'DELETE',
  path: '/session',
  summary: 'End this session',
  permission: 'session',
  response: Done,
})

/** Which browser, and from where; neither is more exact than a person needs to know it again. */
export const devicePlace = {
  device: nullable(Type.String({ description: 'browser and system, as Chrome · Windows' })),
  network: Type.String({ description: 'neighbourhood of its address, as 203.0.113.*; local: this machine' }),
}

/** A sign-in on another device that this one has not told of yet. */
export const NewSignIn = Type.Object({
  ...devicePlace,
  at: Instant,
})
export type NewSignIn = Static<typeof NewSignIn>

export const Me = Type.Object({
  person: Person,
  orgs: Type.Array(MyOrg),
  isOperator: Type.Boolean(),
  hasPassword: Type.Boolean(),
  newSignIns: Type.Array(NewSignIn),
})
export type Me = Static<typeof Me>

export const getMe = contract({
  method: 'GET',
  path: '/me',
  summary: 'Who I am and the orgs I am in',
  permission: 'session',
  response: Me,
})

export const renameMe = contract({
  method: 'PATCH',
  path: '/me',
  summary: 'Change my name',
  permission: 'session',
  body: Type.Object({ name: PersonName }, closed),
  response: Person,
})

const Ticket = Type.Object({ ticket: Type.String({ minLength: 16, maxLength: 64 }) })

export const startScanSignIn = contract({
  method: 'POST',
  path: '/scan-sign-ins',
  summary: 'PC: show a QR that a signed-in phone scans (Z-03)',
  permission: 'public',
  response: Type.Object({
    ticket: Type.String(),
    secret: Type.String({ description: 'kept by the PC; the QR alone signs nobody in' }),
    qrText: Type.String(),
    qrSvg: Type.String(),
    expiresAt: Instant,
  }),
})

export const ScanSignInState = Type.Enum(['waiting', 'scanned', 'approved', 'refused', 'expired'])
export type ScanSignInState = Static<typeof ScanSignInState>

export const pollScanSignIn = contract({
  method: 'POST',
  path: '/scan-sign-ins/:ticket/poll',
  summary: 'PC: ask whether the phone has said yes; the session comes once, to the browser that began',
  permission: 'public',
  params: Ticket,
  body: Type.Object({ secret: Type.String({ maxLength: 64 }) }, closed),
  response: Type.Object({
    state: ScanSignInState,
    scannedBy: nullable(Type.String({ description: 'whose phone scanned it, as 王*' })),
    session: nullable(Session),
  }),
})

/** What the phone shows before it asks. */
export const ScannedSignIn = Type.Object({
  ...devicePlace,
  isSameNetwork: Type.Boolean({ description: 'the phone comes from there too' }),
  startedAt: Instant,
  secondsLeft: Type.Integer(),
})
export type ScannedSignIn = Static<typeof ScannedSignIn>

export const scanSignInCode = contract({
  method: 'POST',
  path: '/scan-sign-ins/:ticket/scan',
  summary: 'Phone: take the code, and learn which browser asks (S-16)',
  permission: 'session',
  params: Ticket,
  response: ScannedSignIn,
  errors: ['scan-sign-in.expired', 'scan-sign-in.taken'],
})

export const decideScanSignIn = contract({
  method: 'POST',
  path: '/scan-sign-ins/:ticket/decision',
  summary: 'Phone: approve or refuse the browser it was shown',
  permission: 'session',
  params: Ticket,
  body: Type.Object({ decision: Type.Enum(['approve', 'refuse']) }, closed),
  response: Done,
  errors: ['scan-sign-in.expired', 'scan-sign-in.taken'],
})
