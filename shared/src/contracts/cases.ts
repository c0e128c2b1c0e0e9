import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { Period } from '../calendar/period.ts'
import { longestNote } from '../cases/case-acts.ts'
import { changes, none, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, DepartmentId, Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

export const CaseStateText = Type.Union([
  Type.Literal('open'),
  Type.Literal('contacted'),
  Type.Literal('closed'),
])

const Person = Type.Object({ memberId: Uuid, name: Type.String() })

/** The follow-up of one abnormal answer (Z-38). */
export const AbnormalCase = Type.Object({
  memberId: Uuid,
  period: Period,
  name: Type.String(),
  department: Type.String(),
  state: CaseStateText,
  /** Closed because the answer was changed and is no longer abnormal, not by somebody. */
  isByAnswer: Type.Boolean(),
  lookedAfterBy: Nullable(Person),
  /** Ids of the form's findings the answer meets now. */
  findings: Type.Array(Type.String()),
  version: Type.Integer({ minimum: 1 }),
  openedAt: Instant,
  changedAt: Instant,
})
export type AbnormalCase = Static<typeof AbnormalCase>

export const CaseEventText = Type.Union([
  Type.Literal('note'),
  Type.Literal('take'),
  Type.Literal('contact'),
  Type.Literal('close'),
  Type.Literal('reopen'),
  Type.Literal('answer-normal'),
  Type.Literal('answer-abnormal'),
])

export const CaseNote = Type.Object({
  id: Uuid,
  kind: CaseEventText,
  /** Null when a changed answer did it. */
  by: Nullable(Type.String()),
  at: Instant,
  note: Nullable(Type.String()),
})
export type CaseNote = Static<typeof CaseNote>

export const CaseFile = Type.Object({ ...AbnormalCase.properties, history: Type.Array(CaseNote) })
export type CaseFile = Static<typeof CaseFile>

const formParams = Type.Object({ formId: Uuid })
const caseParams = Type.Object({ formId: Uuid, period: Period, memberId: Uuid })
const departmentId = Type.Optional(DepartmentId)

export const listCases = contract({
  method: 'GET',
  path: '/forms/:formId/cases',
  summary: 'Abnormal answers that are followed up, newest period first: of a state, a department, some days',
  permission: 'submissions.read',
  audit: reads('cases.read', {
    object: 'form:{formId}',
    people: ['response.items.memberId'],
    detail: ['query.state', 'query.departmentId', 'query.from', 'query.to'],
  }),
  params: formParams,
  query: Type.Object({
    ...pageQuery,
    /** All when left out. */
    state: Type.Optional(CaseStateText),
    departmentId,
    from: Type.Optional(CivilDateText),
    to: Type.Optional(CivilDateText),
  }),
  response: PageOf(AbnormalCase),
  errors: ['resource.missing'],
})

export const countCases = contract({
  method: 'GET',
  path: '/forms/:formId/cases/counts',
  summary: 'How many cases wait for somebody and how many are under way; 1000 stands for as many or more',
  permission: 'completeness.read',
  audit: none('counts'),
  params: formParams,
  query: Type.Object({ departmentId }),
  response: Type.Object({ open: Count, contacted: Count }),
  errors: ['resource.missing'],
})

export const getCase = contract({
  method: 'GET',
  path: '/forms/:formId/cases/:period/:memberId',
  summary: 'One case with its history and notes; the look is written to the audit log',
  permission: 'submissions.read',
  audit: reads('case.read', { object: 'form:{formId}/{period}', people: ['params.memberId'] }),
  params: caseParams,
  response: CaseFile,
  errors: ['resource.missing'],
})

export const actOnCase = contract({
  method: 'POST',
  path: '/forms/:formId/cases/:period/:memberId/acts',
  summary:
    'Take a case, note that somebody got in touch, close it, open it again with a reason, or add a note',
  permission: 'cases.follow',
  repeatable: true,
  audit: changes('case.followed', {
    object: 'form:{formId}/{period}',
    people: ['params.memberId'],
    detail: ['body.act'],
  }),
  params: caseParams,
  body: Type.Object(
    {
      act: Type.Union([
        Type.Literal('take'),
        Type.Literal('contact'),
        Type.Literal('close'),
        Type.Literal('reopen'),
        Type.Literal('note'),
      ]),
      /** The one the caller has seen; a note is added to whichever there is. */
      version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
      note: Type.Optional(Type.String({ maxLength: longestNote })),
    },
    { additionalProperties: false },
  ),
  response: CaseFile,
  errors: ['resource.missing', 'case.changed', 'case.words-missing', 'case.full'],
})
