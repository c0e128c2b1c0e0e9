import { Type, type Static } from 'typebox'
import type { FormContent } from '../forms/design/content.ts'
import { none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nothing, PageOf, pageQuery, Uuid } from './fields.ts'

/** Templates an organisation may keep. */
export const mostOwnTemplates = 200

const why = 'a form nobody is asked by'
const Words = (maxLength: number) => Type.String({ maxLength, pattern: '^\\S(.*\\S)?$' })

/** What a template is called and filed under. */
export const TemplateLabel = Type.Object(
  {
    name: Words(60),
    category: Words(20),
    description: Type.String({ maxLength: 200 }),
  },
  { additionalProperties: false },
)
export type TemplateLabel = Static<typeof TemplateLabel>

export const OwnTemplateSummary = Type.Object({
  ...TemplateLabel.properties,
  id: Uuid,
  fields: Count,
  changedAt: Instant,
})
export type OwnTemplateSummary = Static<typeof OwnTemplateSummary>

export const OwnTemplate = Type.Object({
  ...OwnTemplateSummary.properties,
  content: Type.Unsafe<FormContent>(Type.Object({}, { additionalProperties: true })),
})
export type OwnTemplate = Static<typeof OwnTemplate>

const params = Type.Object({ ownTemplateId: Uuid })

export const listOwnTemplates = contract({
  method: 'GET',
  path: '/own-templates',
  summary: 'Templates the organisation keeps itself, newest first (Z-37)',
  permission: 'forms.publish',
  audit: none(why),
  query: Type.Object(pageQuery),
  response: PageOf(OwnTemplateSummary),
  errors: [],
})

export const keepOwnTemplate = contract({
  method: 'POST',
  path: '/own-templates',
  summary: 'Keep a draft, or a form as it is asked now, as a template of one’s own (Z-37)',
  permission: 'forms.publish',
  repeatable: true,
  audit: none(why),
  body: Type.Object(
    {
      of: Type.Union([
        Type.Object({ draftId: Uuid }, { additionalProperties: false }),
        Type.Object({ formId: Uuid }, { additionalProperties: false }),
      ]),
      label: TemplateLabel,
    },
    { additionalProperties: false },
  ),
  response: OwnTemplateSummary,
  errors: ['resource.missing', 'template.name-taken', 'template.too-many'],
})

export const getOwnTemplate = contract({
  method: 'GET',
  path: '/own-templates/:ownTemplateId',
  summary: 'One template of one’s own with what it asks',
  permission: 'forms.publish',
  audit: none(why),
  params,
  response: OwnTemplate,
  errors: ['resource.missing'],
})

export const relabelOwnTemplate = contract({
  method: 'PUT',
  path: '/own-templates/:ownTemplateId',
  summary: 'Call a template of one’s own something else, or file it elsewhere',
  permission: 'forms.publish',
  audit: none(why),
  params,
  body: TemplateLabel,
  response: OwnTemplateSummary,
  errors: ['resource.missing', 'template.name-taken'],
})

export const removeOwnTemplate = contract({
  method: 'DELETE',
  path: '/own-templates/:ownTemplateId',
  summary: 'Throw a template of one’s own away; forms made of it stay',
  permission: 'forms.publish',
  audit: none(why),
  params,
  response: Nothing,
  errors: ['resource.missing'],
})
