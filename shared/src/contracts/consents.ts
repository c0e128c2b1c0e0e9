import { Type, type Static } from 'typebox'
import type { Notice } from '../consents/notice.ts'
import { changes, own } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

const Text = Type.Object({ 'zh-CN': Type.String(), en: Type.String() })
const params = Type.Object({ formId: Uuid })
const decision = Type.Union([Type.Literal('given'), Type.Literal('refused'), Type.Literal('withdrawn')])
/** A purpose of a notice, `notice` itself or `guardian`. */
export const Purpose = Type.String({ pattern: '^[a-z][a-z0-9-]{0,63}$' })

/** Who consents for somebody under 14 (S-44); sealed when it is stored. */
export const Guardian = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 40 }), phone: Type.String({ maxLength: 30 }) },
  { additionalProperties: false },
)
export type Guardian = Static<typeof Guardian>

/** The notice travels as data; its type is `Notice`. */
const NoticeData = Type.Unsafe<Notice>(Type.Object({}, { additionalProperties: true }))

export const ConsentState = Type.Object({
  /** Whether the notice as it is now has been taken note of. */
  isAcknowledged: Type.Boolean(),
  /** An older version was: what is shown now is new. */
  wasAcknowledged: Type.Boolean(),
  /** Purposes consented to. */
  granted: Type.Array(Type.String()),
})
export type ConsentState = Static<typeof ConsentState>

export const FormNotice = Type.Object({
  formId: Uuid,
  title: Text,
  orgName: Type.String(),
  notice: NoticeData,
  /** Days answers are kept, as the organisation has set it. */
  keptDays: Type.Integer(),
  state: ConsentState,
})
export type FormNotice = Static<typeof FormNotice>

/** what is collected, why, on which basis, who sees it, how long. */
export const getNotice = contract({
  method: 'GET',
  path: '/forms/:formId/notice',
  summary: 'What a form collects and why, with what I have decided',
  permission: 'submissions.file',
  audit: own('the notice and the caller’s own decisions'),
  params,
  response: FormNotice,
  errors: ['resource.missing', 'form.not-in-audience', 'form.ended'],
})

/** S-38: each purpose is decided by itself; what is not named is refused. */
export const decideConsents = contract({
  method: 'PUT',
  path: '/forms/:formId/consents',
  summary: 'Take note of the notice, and consent to purposes one by one',
  permission: 'submissions.file',
  audit: changes('consent.given', { object: 'form:{formId}' }),
  params,
  body: Type.Object(
    {
      /** The version that was shown. */
      version: Type.Integer({ minimum: 1 }),
      granted: Type.Array(Purpose, { maxItems: 20, uniqueItems: true }),
      guardian: Type.Optional(Guardian),
    },
    { additionalProperties: false },
  ),
  response: ConsentState,
  errors: ['resource.missing', 'form.not-in-audience', 'form.ended', 'consent.outdated', 'phone.invalid'],
})

export const MyConsent = Type.Object({
  id: Uuid,
  /** Whose notice it is: the template's id, or `form:` and the form's. */
  subject: Type.String(),
  title: Text,
  purpose: Type.String(),
  label: Text,
  version: Type.Integer(),
  decision,
  decidedAt: Instant,
  /** Whether it can be taken back: what rests on a duty is no consent. */
  isWithdrawable: Type.Boolean(),
  /** Who read the notice to me and wrote down what I said. */
  toldTo: Type.Optional(Type.String()),
  /** Name of the shared tablet I decided at. */
  kiosk: Type.Optional(Type.String()),
})
export type MyConsent = Static<typeof MyConsent>

export const listMyConsents = contract({
  method: 'GET',
  path: '/my/consents',
  summary: 'What I have taken note of and consented to, newest first',
  permission: 'submissions.file',
  audit: own('the caller’s own decisions'),
  query: Type.Object(pageQuery),
  response: PageOf(MyConsent),
  errors: [],
})

/** S-40: at once, and as easily as it was given. */
export const withdrawConsent = contract({
  method: 'POST',
  path: '/my/consents/withdrawals',
  summary: 'Withdraw a consent; what was given under it is deleted',
  permission: 'submissions.file',
  audit: changes('consent.withdrawn', { object: 'consent:{body.purpose}' }),
  body: Type.Object(
    { subject: Type.String({ maxLength: 100 }), purpose: Purpose },
    { additionalProperties: false },
  ),
  response: Type.Object({ withdrawnAt: Instant, answersChanged: Type.Integer({ minimum: 0 }) }),
  errors: ['resource.missing', 'consent.not-withdrawable'],
})

/** What the filling page is told, so that it shows the notice first when it is due. */
export const FillingConsent = Type.Object({
  isDue: Type.Boolean(),
  /** Fields left out because their purpose was not consented to. */
  closedFields: Type.Array(Type.String()),
  version: Nullable(Type.Integer()),
})
