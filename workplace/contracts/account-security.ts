import { Type, type Static } from 'typebox'
import { devicePlace, NewSignIn, Person, Session, SmsCode } from './accounts.ts'
import { closed, Done, Instant, Phone, Uuid } from './basics.ts'
import { contract } from './contract.ts'
import { longestPasswordField } from './passwords.ts'

const Password = Type.String({ minLength: 1, maxLength: longestPasswordField })
const passwordErrors = ['admin.password-short', 'admin.password-long', 'admin.password-common'] as const

export const signInByPassword = contract({
  method: 'POST',
  path: '/password-sessions',
  summary: 'Sign in with phone and password; an unknown phone is answered as a wrong password is',
  permission: 'public',
  body: Type.Object({ phone: Phone, password: Password }, closed),
  response: Session,
  errors: ['account.password-wrong', 'member.phone-invalid', 'rate.limited'],
})

export const resetPassword = contract({
  method: 'POST',
  path: '/password-resets',
  summary: 'Set another password by SMS code (purpose `password`); every other session ends',
  permission: 'public',
  body: Type.Object({ phone: Phone, code: SmsCode, password: Password }, closed),
  response: Session,
  errors: ['code.wrong', 'account.unknown', ...passwordErrors],
})

export const setPassword = contract({
  method: 'PUT',
  path: '/me/password',
  summary: 'Set or change my password, proved by the current one or by SMS code; my other sessions end',
  permission: 'session',
  body: Type.Object(
    { password: Password, current: Type.Optional(Password), code: Type.Optional(SmsCode) },
    closed,
  ),
  response: Done,
  errors: ['code.wrong', 'account.password-wrong', 'account.proof-needed', 'rate.limited', ...passwordErrors],
})

export const MySession = Type.Object({
  id: Uuid,
  ...devicePlace,
  startedAt: Instant,
  lastSeenAt: Instant,
  isCurrent: Type.Boolean(),
})
export type MySession = Static<typeof MySession>

export const listMySessions = contract({
  method: 'GET',
  path: '/me/sessions',
  summary: 'Where I am signed in (50 at most), and the sign-ins of the last ninety days (20 at most)',
  permission: 'session',
  response: Type.Object({ items: Type.Array(MySession), signIns: Type.Array(NewSignIn) }),
})

export const endMySession = contract({
  method: 'DELETE',
  path: '/me/sessions/:sessionId',
  summary: 'Sign another device out',
  permission: 'session',
  params: Type.Object({ sessionId: Uuid }),
  response: Done,
  errors: ['resource.missing'],
})

export const endMySessions = contract({
  method: 'DELETE',
  path: '/me/sessions',
  summary: 'Sign all other devices out, or this one as well',
  permission: 'session',
  query: Type.Object({ andThis: Type.Optional(Type.Boolean()) }),
  response: Type.Object({ ended: Type.Integer() }),
})

export const seeSignIns = contract({
  method: 'POST',
  path: '/me/sign-ins/seen',
  summary: 'This device has told of the sign-ins elsewhere',
  permission: 'session',
  response: Done,
})

export const changePhone = contract({
  method: 'PUT',
  path: '/me/phone',
  summary: 'Change my phone: a code on the new one, and a code on the present one or my password',
  permission: 'session',
  body: Type.Object(
    {
      phone: Phone,
      code: SmsCode,
      currentCode: Type.Optional(SmsCode),
      password: Type.Optional(Password),
    },
    closed,
  ),
  response: Person,
  errors: [
    'code.wrong',
    'account.phone-taken',
    'account.phone-same',
    'account.password-wrong',
    'account.proof-needed',
    'member.phone-invalid',
  ],
})

/** Square, made small by the client; the server keeps no larger one. */
export const avatarSide = 256
export const mostAvatarBytes = 100 * 1024

export const setAvatar = contract({
  method: 'PUT',
  path: '/me/avatar',
  summary: 'My picture: JPEG, PNG or WebP, 512 pixels a side and 100 kB at most (multipart part `file`)',
  permission: 'session',
  upload: true,
  response: Person,
  errors: ['account.picture', 'media.too-large'],
})

export const removeAvatar = contract({
  method: 'DELETE',
  path: '/me/avatar',
  summary: 'Show my initials again',
  permission: 'session',
  response: Person,
})

export const getAvatar = contract({
  method: 'GET',
  path: '/avatars/:avatarId',
  summary: 'The bytes of a picture; the id is unguessable',
  permission: 'public',
  params: Type.Object({ avatarId: Type.String({ maxLength: 60 }) }),
  binary: true,
})

export const deleteAccount = contract({
  method: 'DELETE',
  path: '/me',
  summary: 'Leave every org and end my account, proved by SMS code (purpose `delete`)',
  permission: 'session',
  body: Type.Object({ code: SmsCode }, closed),
  response: Done,
  errors: ['code.wrong', 'account.last-admin'],
})
