import { Type, type Static } from 'typebox'
import type { FormContent } from '../forms/design/content.ts'
import type { DefinitionChange } from '../forms/design/definition-diff.ts'
import type { DefinitionProblem } from '../forms/design/definition-problems.ts'
import type { XlsFormItem } from '../forms/xlsform/report.ts'
import { changes, none, reads } from './audit-declaration.ts'
import { CivilDateText } from '../calendar/civil-day.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nothing, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'
import { Form, FormSettings } from './forms.ts'

/** A designed form travels as data; its type is `FormContent`, and the server reads it part by part. */
const Content = Type.Unsafe<FormContent>(Type.Object({}, { additionalProperties: true }))
const Change = Type.Unsafe<DefinitionChange>(Type.Object({}, { additionalProperties: true }))
const Item = Type.Unsafe<XlsFormItem>(Type.Object({}, { additionalProperties: true }))
const Problem = Type.Unsafe<DefinitionProblem>(Type.Object({}, { additionalProperties: true }))

/** Bytes of a form with as many options as one may have, and texts in both languages. */
const mostDraftBytes = 4 * 1024 * 1024

/** Drafts an organisation may have side by side. */
export const mostDrafts = 200

export const DraftSummary = Type.Object({
  id: Uuid,
  title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
  /** The published form it becomes the next version of; null when it becomes a form of its own. */
  formId: Nullable(Uuid),
  changedAt: Instant,
  changedBy: Uuid,
})
export type DraftSummary = Static<typeof DraftSummary>

export const Draft = Type.Object({
  ...DraftSummary.properties,
  /** Goes up with every change; who saves says which one he has seen. */
  revision: Type.Integer({ minimum: 1 }),
  content: Content,
  /** What keeps it from being published. */
  problems: Type.Array(Problem),
  /** What publishing changes of the form; empty for a form of its own. */
  changes: Type.Array(Change),
})
export type Draft = Static<typeof Draft>

const params = Type.Object({ draftId: Uuid })
const revision = Type.Integer({ minimum: 1, maximum: 2_000_000_000 })

export const listDrafts = contract({
  method: 'GET',
  path: '/form-drafts',
  summary: 'Forms being designed, newest first (Z-37)',
  permission: 'forms.publish',
  audit: none('titles of forms nobody is asked by yet'),
  query: Type.Object(pageQuery),
  response: PageOf(DraftSummary),
  errors: [],
})

export const createDraft = contract({
  method: 'POST',
  path: '/form-drafts',
  summary: 'Begin a form: blank, as a copy, or as the next version of a published one (Z-37)',
  permission: 'forms.publish',
  repeatable: true,
  mostBodyBytes: mostDraftBytes,
  audit: none('a form nobody is asked by yet'),
  body: Type.Union([
    Type.Object({ from: Type.Literal('blank') }, { additionalProperties: false }),
    Type.Object(
      { from: Type.Literal('template'), templateId: Type.String({ maxLength: 100 }) },
      { additionalProperties: false },
    ),
    Type.Object({ from: Type.Literal('copy'), formId: Uuid }, { additionalProperties: false }),
    Type.Object({ from: Type.Literal('own-template'), ownTemplateId: Uuid }, { additionalProperties: false }),
    /** As an import gave it. */
    Type.Object({ from: Type.Literal('content'), content: Content }, { additionalProperties: false }),
    /** The next version; answered with the draft there is already, when there is one. */
    Type.Object({ from: Type.Literal('version'), formId: Uuid }, { additionalProperties: false }),
  ]),
  response: Draft,
  errors: [
    'resource.missing',
    'template.missing',
    'template.locked',
    'form.ended',
    'draft.too-many',
    'draft.unreadable',
  ],
})

export const getDraft = contract({
  method: 'GET',
  path: '/form-drafts/:draftId',
  summary: 'One draft, what keeps it from being published and what publishing would change',
  permission: 'forms.publish',
  audit: none('a form nobody is asked by yet'),
  params,
  response: Draft,
  errors: ['resource.missing'],
})

export const saveDraft = contract({
  method: 'PUT',
  path: '/form-drafts/:draftId',
  summary: 'Keep a draft as it is now; refused when somebody else changed it meanwhile',
  permission: 'forms.publish',
  audit: none('a form nobody is asked by yet'),
  params,
  mostBodyBytes: mostDraftBytes,
  body: Type.Object({ revision, content: Content }, { additionalProperties: false }),
  response: Draft,
  errors: ['resource.missing', 'draft.outdated', 'draft.unreadable'],
})

export const deleteDraft = contract({
  method: 'DELETE',
  path: '/form-drafts/:draftId',
  summary: 'Throw a draft away',
  permission: 'forms.publish',
  audit: none('a form nobody is asked by yet'),
  params,
  response: Nothing,
  errors: ['resource.missing'],
})

export const publishDraft = contract({
  method: 'POST',
  path: '/form-drafts/:draftId/publish',
  summary: 'Publish a draft as a form, or as the next version of its form (Z-37)',
  permission: 'forms.publish',
  repeatable: true,
  audit: changes('form.designed', { object: 'form:{response.id}', detail: [] }),
  params,
  body: Type.Object(
    {
      revision,
      /** Who is asked and when; of a form of its own only. */
      settings: Type.Optional(FormSettings),
    },
    { additionalProperties: false },
  ),
  response: Form,
  errors: [
    'resource.missing',
    'draft.outdated',
    'draft.invalid',
    'form.ended',
    'form.audience-empty',
    'form.settings-invalid',
  ],
})

/** Days whose answers rules are tried on, today included. */
export const triedDays = 30
/** Answers rules are tried on at most: the newest. */
export const mostTried = 50_000

export const RulesTrial = Type.Object({
  from: CivilDateText,
  to: CivilDateText,
  /** Looked at. */
  answers: Count,
  /** Whether there were more than are looked at, so that the oldest were left out. */
  isCut: Type.Boolean(),
  /** Marked abnormal when they were filed, and abnormal by the rules of the draft; how many of each differ. */
  then: Count,
  now: Count,
  added: Count,
  dropped: Count,
  /** With an answer that is abnormal by the rules of the draft. */
  people: Count,
  days: Type.Array(Type.Object({ day: CivilDateText, answers: Count, then: Count, now: Count })),
  rules: Type.Array(Type.Object({ ruleId: Type.String(), answers: Count, people: Count })),
  /** Some of those marked otherwise than before, the newest first; nothing of what they say. */
  sample: Type.Array(
    Type.Object({
      memberId: Uuid,
      name: Type.String(),
      department: Type.String(),
      period: Type.String(),
      wasAbnormal: Type.Boolean(),
      rules: Type.Array(Type.String()),
    }),
  ),
})
export type RulesTrial = Static<typeof RulesTrial>

export const tryRules = contract({
  method: 'GET',
  path: '/form-drafts/:draftId/rules-trial',
  summary: 'What the rules of a draft would have marked in the answers of the last 30 days (Z-37)',
  permission: 'forms.publish',
  audit: reads('form.rules-tried', { object: 'draft:{draftId}', people: ['response.sample.memberId'] }),
  params,
  response: RulesTrial,
  errors: ['resource.missing', 'server.overloaded'],
})

export const FormVersion = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  madeAt: Instant,
  /** Against the version before it. */
  changes: Type.Array(Change),
})
export type FormVersion = Static<typeof FormVersion>

export const listFormVersions = contract({
  method: 'GET',
  path: '/forms/:formId/versions',
  summary: 'Versions of a form, newest first, with what each changed (Z-37)',
  permission: 'forms.publish',
  audit: none('what a form asked and when'),
  params: Type.Object({ formId: Uuid }),
  response: Type.Object({ items: Type.Array(FormVersion) }),
  errors: ['resource.missing'],
})

const workbookErrors = [
  'file.empty',
  'file.too-large',
  'file.cut-off',
  'workbook.not-workbook',
  'workbook.encrypted',
  'workbook.active-content',
  'workbook.unreadable',
  'workbook.too-much-inside',
  'server.overloaded',
] as const

/** Bytes a workbook may have that a form or a list of options is read from. */
export const mostWorkbookBytes = 2 * 1024 * 1024

export const readXlsForm = contract({
  method: 'POST',
  path: '/form-drafts/xlsform',
  summary:
    'Read a form out of an XLSForm (.xlsx, .xls): the form, and what of the workbook it does not carry',
  permission: 'forms.publish',
  audit: none('a form nobody is asked by yet'),
  consumes: 'application/octet-stream',
  response: Type.Object({
    content: Content,
    /** Fields that were carried. */
    carried: Count,
    /** What became something else or was left out, by sheet, row and column. */
    items: Type.Array(Item),
  }),
  errors: [...workbookErrors, 'xlsform.no-survey'],
})

export const writeXlsForm = contract({
  method: 'GET',
  path: '/form-drafts/:draftId/xlsform',
  summary: 'A draft as an XLSForm (.xlsx), for other software to read',
  permission: 'forms.publish',
  audit: none('a form nobody is asked by yet'),
  params,
  response: Type.Unknown(),
  produces: 'application/octet-stream',
  errors: ['resource.missing'],
})

export const readOptionList = contract({
  method: 'POST',
  path: '/form-drafts/option-list',
  summary: 'Read the first sheet of a workbook (.xlsx, .xls) as rows of text, to make options of',
  permission: 'forms.publish',
  audit: none('options of a form nobody is asked by yet'),
  consumes: 'application/octet-stream',
  response: Type.Object({
    rows: Type.Array(
      Type.Object({
        /** As the spreadsheet shows it. */
        no: Type.Integer({ minimum: 1 }),
        cells: Type.Array(Type.String()),
      }),
    ),
  }),
  errors: workbookErrors,
})
