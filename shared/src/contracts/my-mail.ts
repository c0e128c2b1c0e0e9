import { Type, type Static } from 'typebox'
import { changes, ledger, own } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Instant, Nothing, Nullable } from './fields.ts'

/** As typed: what is no address is refused with a code of its own. */
const Address = Type.String({ minLength: 3, maxLength: 300 })
const Code = Type.String({ pattern: '^\\d{6}$' })
/** Names the request for a code; only who asked for it can use it. */
const Challenge = Type.String({ minLength: 16, maxLength: 64 })
const Language = Type.Union([Type.Literal('zh-CN'), Type.Literal('en')])

export const MyMail = Type.Object({
  /** Whether this installation sends mail at all. */
  isAvailable: Type.Boolean(),
  /** The confirmed address, masked; null when there is none. */
  address: Nullable(Type.String()),
  /** When the mail server last said that there is no such mailbox: nothing is sent until an address is confirmed anew. */
  refusedAt: Nullable(Instant),
})
export type MyMail = Static<typeof MyMail>

export const getMyMail = contract({
  method: 'GET',
  path: '/me/mail',
  summary: 'The mail address the caller has confirmed, masked (Z-33)',
  permission: 'submissions.file',
  audit: own('the caller’s own address, masked'),
  response: MyMail,
  errors: [],
})

export const requestMailCode = contract({
  method: 'POST',
  path: '/me/mail/codes',
  summary: 'Send a code to a mail address the caller is about to confirm',
  permission: 'submissions.file',
  rate: 'code',
  audit: ledger('the code that is sent is its own record'),
  body: Type.Object({ address: Address, locale: Language }, { additionalProperties: false }),
  response: Type.Object({ challenge: Challenge, resendAfterS: Type.Integer() }),
  errors: ['mail-address.invalid', 'mail.unavailable', 'mail-code.too-many'],
})

/** Takes the place of the one before; a code is good for half an hour, once. */
export const confirmMail = contract({
  method: 'PUT',
  path: '/me/mail',
  summary: 'Confirm a mail address with the code that was sent to it',
  permission: 'submissions.file',
  rate: 'code',
  audit: changes('mail-address.confirmed'),
  body: Type.Object(
    { address: Address, code: Code, challenge: Challenge, locale: Language },
    { additionalProperties: false },
  ),
  response: MyMail,
  errors: ['mail-address.invalid', 'mail-code.invalid'],
})

export const removeMail = contract({
  method: 'DELETE',
  path: '/me/mail',
  summary: 'Take the mail address away; nothing is sent to it any more',
  permission: 'submissions.file',
  audit: changes('mail-address.removed'),
  response: Nothing,
  errors: [],
})
