import { Type, type Static } from 'typebox'
import { Period } from '../calendar/period.ts'
import { Answers } from '../forms/answers.ts'
import { changes, none, own } from './audit-declaration.ts'
import { ColleagueFilling, ToldConsents } from './colleagues.ts'
import { contract } from './contract.ts'
import { Instant, Uuid } from './fields.ts'
import { MyForm, Receipt } from './submissions.ts'

/*
 * What a shared tablet asks (Z-34). It has no session: every question brings the tablet’s token, and those about somebody
 * the pass he was given when he said who he is. Both go in the body, never in an address.
 */

const token = Type.String({ pattern: '^[A-Za-z0-9_-]{75}$' })
const pass = Type.String({ pattern: '^[A-Za-z0-9_-]{54}$' })
/** How long a pass lasts: a long form is filled in it, and a tablet left behind is nobody’s any more. */
export const passMinutes = 15

/**
 * Header of the one question whose body is bytes: token and pass with a dot between. Like a body, it is written into no log
 * and goes to nobody else.
 */
export const kioskVisitHeader = 'x-kiosk-visit'
export const kioskVisitPattern = /^([A-Za-z0-9_-]{75})\.([A-Za-z0-9_-]{54})$/

export const knockAtKiosk = contract({
  method: 'POST',
  path: '/kiosk',
  summary: 'Whether this tablet is open, and whose it is',
  permission: 'public',
  rate: 'sign-in',
  audit: none('names the organisation and the tablet'),
  body: Type.Object({ token }, { additionalProperties: false }),
  response: Type.Object({ orgName: Type.String(), name: Type.String(), place: Type.String() }),
  errors: ['kiosk.closed'],
})

/** A card’s code as it was read, or what is printed on a pay slip: number and full name. */
export const Presented = Type.Union([
  Type.Object({ card: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }),
  Type.Object(
    {
      staffNumber: Type.String({ minLength: 1, maxLength: 50 }),
      name: Type.String({ minLength: 1, maxLength: 60 }),
    },
    { additionalProperties: false },
  ),
])
export type Presented = Static<typeof Presented>

export const KioskForm = Type.Object({
  formId: MyForm.properties.formId,
  title: MyForm.properties.title,
  period: Period,
  isFiled: Type.Boolean(),
  /** It wants a document, which is on a phone and not on a shared tablet. */
  needsPhone: Type.Boolean(),
})
export type KioskForm = Static<typeof KioskForm>

export const KioskVisit = Type.Object({
  pass: Type.String(),
  endsAt: Instant,
  name: Type.String(),
  forms: Type.Array(KioskForm),
})
export type KioskVisit = Static<typeof KioskVisit>

export const enterKiosk = contract({
  method: 'POST',
  path: '/kiosk/visits',
  summary: 'Say who one is; the answer holds the forms that may be filled now',
  permission: 'public',
  rate: 'sign-in',
  audit: own('shows somebody at the tablet what he is asked'),
  body: Type.Object({ token, presented: Presented }, { additionalProperties: false }),
  response: KioskVisit,
  errors: ['kiosk.closed', 'kiosk.person-unknown', 'kiosk.too-many-tries'],
})

export const listKioskForms = contract({
  method: 'POST',
  path: '/kiosk/forms',
  summary: 'The same forms again, once one of them is filed',
  permission: 'public',
  rate: 'sign-in',
  audit: own('shows somebody at the tablet what he is asked'),
  body: Type.Object({ token, pass }, { additionalProperties: false }),
  response: Type.Object({ forms: Type.Array(KioskForm) }),
  errors: ['kiosk.closed', 'kiosk.visit-over'],
})

export const getKioskFilling = contract({
  method: 'POST',
  path: '/kiosk/filling',
  summary: 'One form to fill at the tablet, with nothing of earlier answers',
  permission: 'public',
  rate: 'sign-in',
  audit: own('a form with the name of who fills it'),
  body: Type.Object({ token, pass, formId: Uuid }, { additionalProperties: false }),
  response: ColleagueFilling,
  errors: [
    'kiosk.closed',
    'kiosk.visit-over',
    'resource.missing',
    'form.ended',
    'form.not-in-audience',
    'submission.filed-already',
  ],
})

/**
 * The same limits as on a phone; the tablet made it itself, by camera or by finger. Nothing comes back but that it is there:
 * no link to see it by.
 */
export const sendKioskFile = contract({
  method: 'POST',
  path: '/kiosk/files',
  summary: 'Send a photo taken or a name signed at the tablet; the body is its bytes',
  permission: 'public',
  rate: 'sign-in',
  audit: changes('file.sent', { object: 'file:{response.id}' }),
  query: Type.Object(
    {
      purpose: Type.Union([Type.Literal('photo'), Type.Literal('signature')]),
      /** Of the tablet’s choosing: sent again under the same key, it is the same file. */
      key: Uuid,
    },
    { additionalProperties: false },
  ),
  consumes: 'application/octet-stream',
  response: Type.Object({ id: Uuid }),
  errors: [
    'kiosk.closed',
    'kiosk.visit-over',
    'file.too-large',
    'file.empty',
    'file.type-refused',
    'file.heic',
    'file.unreadable',
    'file.too-many-pixels',
    'file.quota',
    'file.infected',
    'file.cut-off',
    'file.not-checked',
  ],
})

/** What is told about the answers is for nobody who looks over a shoulder: that they are there, and their number. */
export const KioskReceipt = Type.Object({
  number: Receipt.properties.number,
  formId: Receipt.properties.formId,
  period: Receipt.properties.period,
  filedAt: Receipt.properties.filedAt,
})
export type KioskReceipt = Static<typeof KioskReceipt>

export const fileAtKiosk = contract({
  method: 'POST',
  path: '/kiosk/answers',
  summary: 'File one’s answers at the tablet, for one period, if there are none yet',
  permission: 'public',
  rate: 'sign-in',
  audit: changes('submission.filed-at-kiosk', { object: 'form:{body.formId}/{body.period}' }),
  body: Type.Object(
    {
      token,
      pass,
      formId: Uuid,
      period: Period,
      answers: Answers,
      consents: Type.Optional(ToldConsents),
    },
    { additionalProperties: false },
  ),
  response: KioskReceipt,
  errors: [
    'kiosk.closed',
    'kiosk.visit-over',
    'resource.missing',
    'answers.invalid',
    'form.closed',
    'form.not-open',
    'form.ended',
    'form.not-in-audience',
    'consent.missing',
    'consent.guardian-needed',
    'consent.outdated',
    'phone.invalid',
    'submission.filed-already',
    'submission.changed',
  ],
})
