import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { Period } from '../calendar/period.ts'
import { mostFacet } from '../forms/facets.ts'
import { AbsenceKind } from './absences.ts'
import { changes, none, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { FiledAs } from './submissions.ts'
import { Count, DepartmentId, Instant, Nullable, PageOf, pageQuery, SearchText, Uuid } from './fields.ts'

const params = Type.Object({ formId: Uuid, period: Period })

export const Completeness = Type.Object({
  period: Period,
  expected: Count,
  collected: Count,
  missing: Count,
  abnormal: Count,
  /** Filed after the moment the form names; null while that has not come, and for forms that name none. */
  late: Nullable(Count),
  /** Away, and not among the expected. */
  excused: Count,
  lastFiledAt: Nullable(Instant),
})
export type Completeness = Static<typeof Completeness>

/** Live totals of one form and period, over what the caller may see (Z-36). */
export const getCompleteness = contract({
  method: 'GET',
  path: '/forms/:formId/completeness/:period',
  summary: 'Expected, collected, missing and abnormal',
  permission: 'completeness.read',
  scope: 'completeness.read',
  audit: none('counts'),
  params,
  response: Completeness,
  errors: ['resource.missing'],
})

export const DepartmentCompleteness = Type.Object({
  departmentId: DepartmentId,
  name: Type.String(),
  hasChildren: Type.Boolean(),
  expected: Count,
  collected: Count,
  abnormal: Count,
  late: Nullable(Count),
  excused: Count,
})
export type DepartmentCompleteness = Static<typeof DepartmentCompleteness>

export const listDepartmentCompleteness = contract({
  method: 'GET',
  path: '/forms/:formId/completeness/:period/departments',
  summary: 'The same by department, one level at a time; each counts those below it',
  permission: 'completeness.read',
  scope: 'completeness.read',
  audit: none('counts'),
  params,
  query: Type.Object({ parentId: Type.Optional(DepartmentId) }),
  response: Type.Object({ items: Type.Array(DepartmentCompleteness) }),
  errors: ['resource.missing'],
})

export const PersonState = Type.Union([
  Type.Literal('expected'),
  Type.Literal('collected'),
  Type.Literal('missing'),
  Type.Literal('abnormal'),
  Type.Literal('late'),
  Type.Literal('excused'),
])
export type PersonState = Static<typeof PersonState>

export const PersonCompleteness = Type.Object({
  memberId: Uuid,
  userId: Type.String(),
  name: Type.String(),
  department: Type.String(),
  filedAt: Nullable(Instant),
  revision: Count,
  isAbnormal: Type.Boolean(),
  isLate: Type.Boolean(),
  /** Of those excused: why, and their first and last day away. */
  absence: Nullable(Type.Object({ id: Uuid, kind: AbsenceKind, from: CivilDateText, to: CivilDateText })),
  findings: Type.Array(Type.String()),
  remindedAt: Nullable(Instant),
  /** How it came in, when not on the person’s own device. */
  way: Type.Optional(FiledAs.properties.way),
})
export type PersonCompleteness = Static<typeof PersonCompleteness>

const peopleFilter = {
  ...pageQuery,
  state: PersonState,
  departmentId: Type.Optional(DepartmentId),
  /** Only those whose answers carry this facet: the list behind a bar of the statistics. */
  facet: Type.Optional(Type.Integer({ minimum: 1, maximum: mostFacet })),
}

export const listCompletenessPeople = contract({
  method: 'GET',
  path: '/forms/:formId/completeness/:period/people',
  summary: 'The people behind a number, of a department or a facet',
  permission: 'completeness.read',
  scope: 'completeness.read',
  audit: reads('completeness.people-read', {
    object: 'form:{formId}/{period}',
    people: ['response.items.memberId'],
    detail: ['query.state', 'query.departmentId', 'query.facet'],
  }),
  params,
  query: Type.Object(peopleFilter),
  response: PageOf(PersonCompleteness),
  errors: ['resource.missing'],
})

export const searchCompletenessPeople = contract({
  method: 'POST',
  path: '/forms/:formId/completeness/:period/people/search',
  summary: 'The same list, of those whose name, spelling or phone fits what was typed',
  permission: 'completeness.read',
  audit: reads('completeness.people-read', {
    object: 'form:{formId}/{period}',
    people: ['response.items.memberId'],
    detail: ['body.state', 'body.departmentId', 'body.facet'],
  }),
  params,
  body: Type.Object({ ...peopleFilter, search: SearchText }, { additionalProperties: false }),
  response: PageOf(PersonCompleteness),
  errors: ['resource.missing'],
})

export const remindMissing = contract({
  method: 'POST',
  path: '/forms/:formId/completeness/:period/reminders',
  summary: 'Remind those who have not filed; those who have are left in peace (Z-36)',
  permission: 'completeness.remind',
  repeatable: true,
  audit: changes('reminder.sent', { object: 'form:{formId}/{period}', people: ['body.memberIds'] }),
  params,
  body: Type.Object(
    {
      memberIds: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 1000 })),
      departmentId: Type.Optional(DepartmentId),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ reminded: Count }),
  errors: [
    'resource.missing',
    'reminder.nobody',
    'reminder.too-soon',
    'form.preparing',
    'form.ended',
    'form.closed',
  ],
})

export const QuestionStatistics = Type.Object({
  fieldId: Type.String(),
  counts: Type.Array(Type.Object({ facet: Type.Integer(), count: Count })),
})

export const getStatistics = contract({
  method: 'GET',
  path: '/forms/:formId/completeness/:period/statistics',
  summary: 'Counts per option and band of every countable question',
  permission: 'completeness.read',
  scope: 'statistics.read',
  audit: none('counts'),
  params,
  query: Type.Object({ departmentId: Type.Optional(DepartmentId) }),
  response: Type.Object({ collected: Count, questions: Type.Array(QuestionStatistics) }),
  errors: ['resource.missing'],
})

const StatisticsQuery = Type.Object({
  /** Left out for a form that is filled once. */
  from: Type.Optional(CivilDateText),
  to: Type.Optional(CivilDateText),
  departmentId: Type.Optional(DepartmentId),
  /** Facets every answer has to carry, `7002,9001`; the question of one is counted without its own filter. */
  facets: Type.Optional(Type.String({ pattern: '^\\d{1,8}(,\\d{1,8}){0,5}$' })),
})

export const getRangeStatistics = contract({
  method: 'GET',
  path: '/forms/:formId/statistics',
  summary: 'The same counts over some days (92 at most), of the answers that carry certain facets',
  permission: 'completeness.read',
  scope: 'statistics.read',
  audit: none('counts'),
  params: Type.Object({ formId: Uuid }),
  query: StatisticsQuery,
  response: Type.Object({
    collected: Count,
    questions: Type.Array(QuestionStatistics),
    days: Type.Array(Type.Object({ period: Period, count: Count })),
  }),
  errors: ['resource.missing'],
})

/** Answers that are opened for one reading of statistics, at most. */
export const mostTallied = 20_000

export const getAnswerStatistics = contract({
  method: 'GET',
  path: '/forms/:formId/answer-statistics',
  summary: 'Of questions without options: answered or not, by day, by region; of 20 000 answers at most',
  permission: 'completeness.read',
  audit: none('counts'),
  params: Type.Object({ formId: Uuid }),
  query: StatisticsQuery,
  response: Type.Object({
    /** Null when they are too many: nothing is counted then. */
    collected: Nullable(Count),
    questions: Type.Array(
      Type.Object({
        fieldId: Type.String(),
        kind: Type.Union([Type.Literal('answered'), Type.Literal('date'), Type.Literal('region')]),
        asked: Count,
        answered: Count,
        parts: Type.Array(Type.Object({ key: Type.String(), count: Count })),
      }),
    ),
  }),
  errors: ['resource.missing'],
})

export const getTrend = contract({
  method: 'GET',
  path: '/forms/:formId/trend',
  summary: 'Day by day: expected, collected, abnormal; at most 92 days',
  permission: 'completeness.read',
  scope: 'completeness.read',
  audit: none('counts'),
  params: Type.Object({ formId: Uuid }),
  query: Type.Object({ from: CivilDateText, to: CivilDateText }),
  response: Type.Object({ days: Type.Array(Completeness) }),
  errors: ['resource.missing'],
})
