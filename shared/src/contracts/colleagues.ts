import { Type, type Static } from 'typebox'
import { Period } from '../calendar/period.ts'
import { Answers } from '../forms/answers.ts'
import { changes, none, reads } from './audit-declaration.ts'
import { FormNotice, Guardian, Purpose } from './consents.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nullable, PageOf, pageQuery, SearchText, Uuid } from './fields.ts'
import { Filling, MyForm, Receipt } from './submissions.ts'

/* Filing for a colleague without a phone (Z-34): by the head of a department of his, or by an admin over it. */

const formParams = Type.Object({ formId: Uuid })
const colleagueParams = Type.Object({ formId: Uuid, memberId: Uuid })

export const ColleagueForm = Type.Object({
  formId: MyForm.properties.formId,
  title: MyForm.properties.title,
  periodKind: MyForm.properties.periodKind,
  window: MyForm.properties.window,
  /** Colleagues the caller may file for who have not filed. */
  missing: Count,
})
export type ColleagueForm = Static<typeof ColleagueForm>

export const listColleagueForms = contract({
  method: 'GET',
  path: '/my/colleague-forms',
  summary: 'Forms I may file for colleagues, with how many have not filed',
  permission: 'submissions.file',
  audit: none('counts'),
  response: Type.Object({ items: Type.Array(ColleagueForm) }),
  errors: [],
})

export const ColleagueState = Type.Object({
  memberId: Uuid,
  name: Type.String(),
  department: Type.String(),
  filedAt: Nullable(Instant),
})
export type ColleagueState = Static<typeof ColleagueState>

const ColleaguePage = Type.Object({
  ...PageOf(ColleagueState).properties,
  title: MyForm.properties.title,
  period: Period,
})
const colleaguesRead = reads('completeness.people-read', {
  object: 'form:{formId}/{response.period}',
  people: ['response.items.memberId'],
})

export const listColleagues = contract({
  method: 'GET',
  path: '/forms/:formId/colleagues',
  summary: 'Colleagues I may file for in the current period, those who have not filed first',
  permission: 'submissions.file',
  audit: colleaguesRead,
  params: formParams,
  query: Type.Object(pageQuery),
  response: ColleaguePage,
  errors: ['resource.missing', 'form.ended'],
})

export const searchColleagues = contract({
  method: 'POST',
  path: '/forms/:formId/colleagues/search',
  summary: 'The same list, of those whose name or spelling fits what was typed',
  permission: 'submissions.file',
  audit: colleaguesRead,
  params: formParams,
  body: Type.Object({ ...pageQuery, search: SearchText }, { additionalProperties: false }),
  response: ColleaguePage,
  errors: ['resource.missing', 'form.ended'],
})

/** Nothing of what the colleague answered before is told: one’s own page shows that. */
export const ColleagueFilling = Type.Object({
  filling: Filling,
  /** To be read out to the colleague first when it is due, and to the guardian of a child. */
  notice: FormNotice,
})
export type ColleagueFilling = Static<typeof ColleagueFilling>

export const getColleagueFilling = contract({
  method: 'GET',
  path: '/forms/:formId/colleagues/:memberId/form',
  summary: 'One form, ready to fill for a colleague for the current period',
  permission: 'submissions.file',
  audit: reads('completeness.people-read', {
    object: 'form:{formId}/{response.filling.period}',
    people: ['params.memberId'],
  }),
  params: colleagueParams,
  response: ColleagueFilling,
  errors: ['resource.missing', 'form.not-in-audience', 'form.ended', 'submission.filed-already'],
})

/** What a colleague decided when the notice was read to him; purposes not named are refused. */
export const ToldConsents = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    granted: Type.Array(Purpose, { maxItems: 20, uniqueItems: true }),
    /** Stands beside, reads and types it himself. */
    guardian: Type.Optional(Guardian),
  },
  { additionalProperties: false },
)
export type ToldConsents = Static<typeof ToldConsents>

/** Z-35: only where there are no answers yet; whoever has filed is not filed for. */
export const fileForColleague = contract({
  method: 'PUT',
  path: '/forms/:formId/colleagues/:memberId/answers/:period',
  summary: 'File a colleague’s answers, as he told them, for one period',
  permission: 'submissions.file',
  repeatable: true,
  audit: changes('submission.filed-for', {
    object: 'form:{formId}/{period}',
    people: ['params.memberId'],
  }),
  params: Type.Object({ ...colleagueParams.properties, period: Period }),
  body: Type.Object(
    {
      answers: Answers,
      /** The colleague told these answers and agrees that they are filed; nothing is taken without. */
      hasAgreed: Type.Literal(true),
      consents: Type.Optional(ToldConsents),
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
    'consent.outdated',
    'phone.invalid',
    'submission.filed-already',
    'submission.changed',
  ],
})
