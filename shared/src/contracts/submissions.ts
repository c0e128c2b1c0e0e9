import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { Period, PeriodKind } from '../calendar/period.ts'
import { Answers } from '../forms/answers.ts'
import { changes, ledger, own, reads } from './audit-declaration.ts'
import { FillingConsent } from './consents.ts'
import { contract } from './contract.ts'
import { StoredFile } from './files.ts'
import { Definition } from './forms.ts'
import { Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

/** How answers came in that the person did not file on a device of his own. */
export const FiledAs = Type.Object({
  way: Type.Union([Type.Literal('head'), Type.Literal('admin'), Type.Literal('kiosk')]),
  /** Name of who filed: the colleague, or at a kiosk the person himself. */
  by: Type.String(),
})
export type FiledAs = Static<typeof FiledAs>

export const Receipt = Type.Object({
  submissionId: Uuid,
  /** Short number a person can read out, unique inside the org. */
  number: Type.String(),
  formId: Uuid,
  period: Period,
  revision: Type.Integer({ minimum: 1 }),
  filedAt: Instant,
  /** Ids of the form's findings these answers met. */
  findings: Type.Array(Type.String()),
  isAbnormal: Type.Boolean(),
  /** Absent when the person filed on a device of his own, and after a correction. */
  filedAs: Type.Optional(FiledAs),
})
export type Receipt = Static<typeof Receipt>

export const Window = Type.Object({
  state: Type.Union([Type.Literal('not-open'), Type.Literal('open'), Type.Literal('closed')]),
  opensAt: Nullable(Instant),
  closesAt: Nullable(Instant),
})

/** Why somebody opens a masked answer: chosen, not typed, since it stands in the audit log. */
export const revealReasons = [
  'identity-check',
  'urgent-contact',
  'epidemic-control',
  'authority-request',
] as const
export type RevealReason = (typeof revealReasons)[number]

/** Everything the phone needs to show a form ready to fill (Z-34). */
export const Filling = Type.Object({
  formId: Uuid,
  definition: Definition,
  formVersion: Type.Integer({ minimum: 1 }),
  period: Period,
  today: CivilDateText,
  orgName: Type.String(),
  window: Window,
  profile: Type.Object({
    name: Type.String(),
    department: Type.String(),
    /** Full number of the person's own bound phone: one's own page shows it, and no other says whether there is one. */
    phone: Type.Optional(Nullable(Type.String())),
  }),
  /** What this member filed for the period already. */
  mine: Nullable(Type.Object({ answers: Answers, receipt: Receipt })),
  /** Answers of the last period that may be carried over, and from when. */
  last: Nullable(Type.Object({ period: Period, answers: Answers })),
  /** Whether the notice comes first, and which questions the person has not consented to. */
  consent: FillingConsent,
})
export type Filling = Static<typeof Filling>

export const MyForm = Type.Object({
  formId: Uuid,
  title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
  periodKind: PeriodKind,
  period: Period,
  window: Window,
  filedAt: Nullable(Instant),
})
export type MyForm = Static<typeof MyForm>

const formParams = Type.Object({ formId: Uuid })
const periodParams = Type.Object({ formId: Uuid, period: Period })
const memberParams = Type.Object({ formId: Uuid, period: Period, memberId: Uuid })

export const listMyForms = contract({
  method: 'GET',
  path: '/my/forms',
  summary: 'Forms I am asked to fill, unfilled first',
  permission: 'submissions.file',
  audit: own('what the caller is asked'),
  response: Type.Object({
    items: Type.Array(MyForm),
    /** Whether there may be colleagues the caller can file for. */
    filesForOthers: Type.Boolean(),
  }),
  errors: [],
})

export const getFilling = contract({
  method: 'GET',
  path: '/forms/:formId/filling',
  summary: 'One form, ready to fill for the current period',
  permission: 'submissions.file',
  audit: own('the caller’s own answers'),
  params: formParams,
  response: Filling,
  errors: ['resource.missing', 'form.not-in-audience', 'form.ended'],
})

/** Z-35: one answer per person and period; a second filing before the cut-off becomes the next revision. */
export const fileSubmission = contract({
  method: 'PUT',
  path: '/forms/:formId/submissions/:period',
  summary: 'File, or revise before the cut-off, one’s answers for one period',
  permission: 'submissions.file',
  audit: ledger('every revision stays, with who made it and when; a daily job chains them'),
  params: periodParams,
  body: Type.Object(
    {
      answers: Answers,
      /** Field ids taken over from the last period by "same as yesterday". */
      carried: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 200 })),
    },
    { additionalProperties: false },
  ),
  response: Receipt,
  errors: [
    'resource.missing',
    'answers.invalid',
    'form.closed',
    'form.not-open',
    'form.ended',
    'form.not-in-audience',
    'consent.missing',
    'consent.guardian-needed',
  ],
})

export const listMySubmissions = contract({
  method: 'GET',
  path: '/my/submissions',
  summary: 'What I have filed, newest first',
  permission: 'submissions.file',
  audit: own('what the caller has filed'),
  query: Type.Object(pageQuery),
  response: PageOf(
    Type.Object({
      ...Receipt.properties,
      title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
    }),
  ),
  errors: [],
})

export const Submission = Type.Object({
  receipt: Receipt,
  definition: Definition,
  answers: Answers,
  carried: Type.Array(Type.String()),
  /** Paths of the answers that are masked, `tracks/rows/2/phone` in a row; each may be revealed by itself (S-36, S-37). */
  masked: Type.Array(Type.String()),
  member: Type.Object({ id: Uuid, name: Type.String(), department: Type.String() }),
  revisions: Type.Array(
    Type.Object({
      revision: Type.Integer(),
      filedAt: Instant,
      by: Type.String(),
      way: Type.Optional(FiledAs.properties.way),
      reason: Nullable(Type.String()),
    }),
  ),
})
export type Submission = Static<typeof Submission>

export const getSubmission = contract({
  method: 'GET',
  path: '/forms/:formId/submissions/:period/:memberId',
  summary: 'One member’s answers, ID numbers and phones masked; the look is written to the audit log',
  permission: 'submissions.read',
  audit: reads('submission.read', {
    object: 'form:{formId}/{period}',
    people: ['params.memberId'],
  }),
  params: memberParams,
  response: Submission,
  errors: ['resource.missing'],
})

export const correctSubmission = contract({
  method: 'PUT',
  path: '/forms/:formId/submissions/:period/:memberId',
  summary:
    'Correct a member’s answers after the cut-off, with a reason (Z-35); a mask sent back keeps the answer',
  permission: 'submissions.correct',
  repeatable: true,
  audit: changes('submission.corrected', {
    object: 'form:{formId}/{period}',
    people: ['params.memberId'],
  }),
  params: memberParams,
  body: Type.Object(
    { answers: Answers, reason: Type.String({ minLength: 2, maxLength: 200 }) },
    { additionalProperties: false },
  ),
  response: Receipt,
  errors: ['resource.missing', 'answers.invalid', 'correction.reason-missing', 'consent.missing'],
})

/** Photos, files and signatures of one member's answers; seen by whoever may see the answers, and written down. */
export const listSubmissionFiles = contract({
  method: 'GET',
  path: '/forms/:formId/submissions/:period/:memberId/files',
  summary:
    'The files of one member’s answers, with links for a few minutes; the look is written to the audit log',
  permission: 'submissions.read',
  audit: reads('submission.files-read', {
    object: 'form:{formId}/{period}',
    people: ['params.memberId'],
  }),
  params: memberParams,
  response: Type.Object({ items: Type.Array(StoredFile) }),
  errors: ['resource.missing'],
})

/** S-37: one field, a reason, a second proof, at most 30 an hour, and the person can see who looked. */
export const revealAnswer = contract({
  method: 'POST',
  path: '/forms/:formId/submissions/:period/:memberId/reveal',
  summary: 'One masked answer in full, for a reason',
  permission: 'submissions.read',
  stepUp: true,
  audit: reads('submission.revealed', {
    object: 'form:{formId}/{period}',
    people: ['params.memberId'],
    detail: ['body.field', 'body.reason'],
  }),
  params: memberParams,
  body: Type.Object(
    {
      /** One of those named as masked. */
      field: Type.String({ minLength: 1, maxLength: 140 }),
      reason: Type.Union([
        Type.Literal('identity-check'),
        Type.Literal('urgent-contact'),
        Type.Literal('epidemic-control'),
        Type.Literal('authority-request'),
      ]),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ value: Type.String() }),
  errors: ['resource.missing', 'reveal.too-many', 'step-up.needed'],
})
