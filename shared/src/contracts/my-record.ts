import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { Period, PeriodKind } from '../calendar/period.ts'
import { Answers } from '../forms/answers.ts'
import { own } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Instant, Nullable, Uuid } from './fields.ts'
import { Definition } from './forms.ts'
import { FiledAs, Receipt } from './submissions.ts'

/** Why nothing can be filed for a period now, since when, and when the form opens again; null when nobody knows. */
export const Closed = Type.Object({
  why: Type.Union([Type.Literal('cut-off'), Type.Literal('form-ended'), Type.Literal('not-in-range')]),
  since: Nullable(Instant),
  opensAt: Nullable(Instant),
})

/** One form on one day of one's own record. */
export const MyDay = Type.Object({
  formId: Uuid,
  title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
  periodKind: PeriodKind,
  period: Period,
  /** The day it stands at: of a once-only form the day it was filed, or first asked. */
  day: CivilDateText,
  state: Type.Union([Type.Literal('filed'), Type.Literal('missed'), Type.Literal('open')]),
  /** False for what was filed without being asked, on a day off for instance. */
  isExpected: Type.Boolean(),
  /** Null when nothing was filed, or its days are over and the answers are deleted. */
  receipt: Nullable(Receipt),
  closed: Nullable(Closed),
})
export type MyDay = Static<typeof MyDay>

const month = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])$', examples: ['2026-03'] })

export const listMyDays = contract({
  method: 'GET',
  path: '/my/days',
  summary:
    'A month of one’s own record, newest day first: what was filed, what was missed, and why it is closed',
  permission: 'submissions.file',
  audit: own('what the caller was asked and has filed'),
  query: Type.Object({ cursor: Type.Optional(month) }),
  response: Type.Object({
    month,
    items: Type.Array(MyDay),
    /** The month before with anything in it; null when there is none. */
    nextCursor: Nullable(month),
  }),
  errors: [],
})

export const MySubmission = Type.Object({
  receipt: Receipt,
  definition: Definition,
  answers: Answers,
  /** Fields taken over by "same as last time". */
  carried: Type.Array(Type.String()),
  revisions: Type.Array(
    Type.Object({
      revision: Type.Integer(),
      filedAt: Instant,
      isByOneself: Type.Boolean(),
      reason: Nullable(Type.String()),
      filedAs: Type.Optional(FiledAs),
    }),
  ),
})
export type MySubmission = Static<typeof MySubmission>

export const getMySubmission = contract({
  method: 'GET',
  path: '/my/submissions/:formId/:period',
  summary: 'What one has filed for one period, with every revision of it',
  permission: 'submissions.file',
  audit: own('the caller’s own answers'),
  params: Type.Object({ formId: Uuid, period: Period }),
  response: MySubmission,
  errors: ['resource.missing'],
})
