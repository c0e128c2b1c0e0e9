import { Type, type Static } from 'typebox'
import type { FormContent } from '../forms/design/content.ts'
import type { DefinitionChange } from '../forms/design/definition-diff.ts'
import type { DefinitionProblem } from '../forms/design/definition-problems.ts'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Instant, Nothing, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'
import { Form, FormSettings } from './forms.ts'

/** A designed form travels as data; its type is `FormContent`, and the server reads it part by part. */
const Content = Type.Unsafe<FormContent>(Type.Object({}, { additionalProperties: true }))
const Change = Type.Unsafe<DefinitionChange>(Type.Object({}, { additionalProperties: true }))
const Problem = Type.Unsafe<DefinitionProblem>(Type.Object({}, { additionalProperties: true }))

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
  audit: none('a form nobody is asked by yet'),
  body: Type.Union([
    Type.Object({ from: Type.Literal('blank') }, { additionalProperties: false }),
    Type.Object(
      { from: Type.Literal('template'), templateId: Type.String({ maxLength: 100 }) },
      { additionalProperties: false },
    ),
    Type.Object({ from: Type.Literal('copy'), formId: Uuid }, { additionalProperties: false }),
    /** The next version; answered with the draft there is already, when there is one. */
    Type.Object({ from: Type.Literal('version'), formId: Uuid }, { additionalProperties: false }),
  ]),
  response: Draft,
  errors: ['resource.missing', 'template.missing', 'template.locked', 'form.ended', 'draft.too-many'],
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
