import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { Answers } from '../forms/answers.ts'
import { AbsenceKind } from './absences.ts'
import { changes, own, reads } from './audit-declaration.ts'
import { CaseEventText, CaseStateText } from './cases.ts'
import { contract } from './contract.ts'
import { FiledAs } from './submissions.ts'
import { Count, Instant, Nothing, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

const Text = Type.Object({ 'zh-CN': Type.String(), en: Type.String() })
/** Who looked, when and at what: a form and the day, month or year of it, empty when it is filled once. */
const Look = Type.Object({
  at: Instant,
  by: Nullable(Type.String()),
  action: Text,
  form: Nullable(Type.Object({ title: Text, period: Type.String() })),
})

/** Everything held on one person in one organisation (PIPL, article 45; S-43). */
export const OwnData = Type.Object({
  madeAt: Instant,
  orgName: Type.String(),
  profile: Type.Object({
    memberId: Uuid,
    userId: Type.String(),
    name: Type.String(),
    title: Type.String(),
    jobNumber: Type.String(),
    role: Type.String(),
    departments: Type.Array(Type.String()),
    phone: Nullable(Type.String()),
    /** The address he confirmed. */
    mail: Nullable(Type.String()),
    joinedAt: Instant,
    isGuest: Type.Boolean(),
  }),
  answers: Type.Array(
    Type.Object({
      form: Text,
      period: Type.String(),
      number: Type.String(),
      revision: Type.Integer(),
      filedAt: Instant,
      isByOneself: Type.Boolean(),
      /** By whom and how, when not on a device of my own. */
      filedAs: Type.Optional(FiledAs),
      reason: Nullable(Type.String()),
      answers: Answers,
      /** The same in words. */
      read: Type.Array(Type.Object({ question: Text, answer: Text })),
    }),
  ),
  asked: Type.Array(
    Type.Object({
      form: Text,
      period: Type.String(),
      department: Type.String(),
      filedAt: Nullable(Instant),
      remindedAt: Nullable(Instant),
    }),
  ),
  /** Days on which I was excused. */
  absences: Type.Array(
    Type.Object({ kind: AbsenceKind, from: CivilDateText, to: CivilDateText, enteredAt: Instant }),
  ),
  /** What was done about abnormal answers of mine, in the managers' own words. */
  followUps: Type.Array(
    Type.Object({
      form: Text,
      period: Type.String(),
      state: CaseStateText,
      openedAt: Instant,
      acts: Type.Array(Type.Object({ at: Instant, act: CaseEventText, note: Nullable(Type.String()) })),
    }),
  ),
  /** Cards printed for me. */
  cards: Type.Array(Type.Object({ issuedAt: Instant, revokedAt: Nullable(Instant) })),
  consents: Type.Array(
    Type.Object({
      subject: Type.String(),
      purpose: Type.String(),
      version: Type.Integer(),
      decision: Type.String(),
      decidedAt: Instant,
      guardian: Nullable(Type.Object({ name: Type.String(), phone: Type.String() })),
      /** Who wrote it down for me. */
      toldTo: Nullable(Type.String()),
      /** Shared tablet I decided at. */
      kiosk: Nullable(Type.String()),
    }),
  ),
  files: Type.Array(
    Type.Object({ id: Uuid, name: Type.String(), type: Type.String(), bytes: Count, sentAt: Instant }),
  ),
  messages: Type.Array(
    Type.Object({
      kind: Type.String(),
      sentAt: Instant,
      isDelivered: Type.Boolean(),
      /** As the platform told it in the day after. */
      isRead: Type.Boolean(),
    }),
  ),
  sessions: Type.Array(Type.Object({ device: Nullable(Type.String()), startedAt: Instant, seenAt: Instant })),
  erasures: Type.Array(Type.Object({ askedAt: Instant, state: Type.String() })),
  looks: Type.Array(Look),
})
export type OwnData = Static<typeof OwnData>

export const getMyData = contract({
  method: 'GET',
  path: '/my/data',
  summary: 'Everything held on me',
  permission: 'submissions.file',
  audit: changes('own-data.copied', { object: 'own-data:json' }),
  response: OwnData,
  errors: [],
})

export const getMyDataSheet = contract({
  method: 'GET',
  path: '/my/data.xlsx',
  summary: 'Everything held on me, as a spreadsheet',
  permission: 'submissions.file',
  audit: changes('own-data.copied', { object: 'own-data:xlsx' }),
  response: Type.Unsafe<Uint8Array>(Type.String({ format: 'binary' })),
  produces: 'application/octet-stream',
  errors: [],
})

export const listLooks = contract({
  method: 'GET',
  path: '/my/looks',
  summary: 'Who looked at my data, newest first',
  permission: 'submissions.file',
  audit: own('looks at the caller’s own data'),
  query: Type.Object(pageQuery),
  response: PageOf(Type.Object({ id: Uuid, ...Look.properties })),
  errors: [],
})

const state = Type.Union([
  Type.Literal('asked'),
  Type.Literal('taken-back'),
  Type.Literal('objected'),
  Type.Literal('done'),
])
const ground = Type.Union([Type.Literal('legal-hold'), Type.Literal('duty')])

export const Erasure = Type.Object({
  id: Uuid,
  askedAt: Instant,
  /** When it is done by itself. */
  dueAt: Instant,
  state,
  ground: Nullable(ground),
  explanation: Nullable(Type.String()),
  doneAt: Nullable(Instant),
})
export type Erasure = Static<typeof Erasure>

export const getMyErasure = contract({
  method: 'GET',
  path: '/my/erasure',
  summary: 'My last request for deletion',
  permission: 'submissions.file',
  audit: own('the caller’s own request'),
  response: Type.Object({ last: Nullable(Erasure) }),
  errors: [],
})

/** S-42: done within a day unless an admin objects for a reason the law knows. */
export const askErasure = contract({
  method: 'POST',
  path: '/my/erasure',
  summary: 'Ask that everything held on me be deleted',
  permission: 'submissions.file',
  repeatable: true,
  audit: changes('erasure.asked', { object: 'erasure:{response.id}' }),
  body: Nothing,
  response: Erasure,
  errors: ['erasure.asked'],
})

export const takeErasureBack = contract({
  method: 'DELETE',
  path: '/my/erasure',
  summary: 'Take my request for deletion back',
  permission: 'submissions.file',
  audit: changes('erasure.taken-back', { object: 'erasure:own' }),
  response: Nothing,
  errors: ['resource.missing'],
})

export const ErasureRequest = Type.Object({
  ...Erasure.properties,
  memberId: Uuid,
  memberName: Type.String(),
})
export type ErasureRequest = Static<typeof ErasureRequest>

export const listErasures = contract({
  method: 'GET',
  path: '/erasures',
  summary: 'Who asked for deletion, newest first',
  permission: 'privacy.manage',
  audit: reads('erasures.read', { object: 'erasures', people: ['response.items.memberId'] }),
  query: Type.Object(pageQuery),
  response: PageOf(ErasureRequest),
  errors: [],
})

/** Only a legal hold or a duty to keep stands against it (PIPL, article 47). */
export const objectToErasure = contract({
  method: 'POST',
  path: '/erasures/:erasureId/objection',
  summary: 'Object to a deletion, with the reason the person is told',
  permission: 'privacy.manage',
  stepUp: true,
  repeatable: true,
  audit: changes('erasure.objected', { object: 'erasure:{erasureId}' }),
  params: Type.Object({ erasureId: Uuid }),
  body: Type.Object(
    { ground, explanation: Type.String({ minLength: 4, maxLength: 200 }) },
    { additionalProperties: false },
  ),
  response: Erasure,
  errors: ['resource.missing', 'hold.missing', 'erasure.decided'],
})
