import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { PeriodKind } from '../calendar/period.ts'
import { Reminders } from '../calendar/reminders.ts'
import { RepeatSchedule, WallTime } from '../calendar/repeat-schedule.ts'
import type { FormDefinition } from '../forms/definition.ts'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, DepartmentId, Instant, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

/** Who is asked: everyone, or departments (with those below them) and people. */
export const Audience = Type.Union([
  Type.Object({ kind: Type.Literal('all') }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('some'),
      departmentIds: Type.Array(DepartmentId, { maxItems: 500, uniqueItems: true }),
      /** Host user ids, as the contact picker returns them. */
      userIds: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 1000, uniqueItems: true }),
    },
    { additionalProperties: false },
  ),
])
export type Audience = Static<typeof Audience>

/** How long an organisation may choose to keep answers, in days after their period. */
export const retentionLimits = { leastDays: 7, mostDays: 1096 } as const

/** Publish settings (Z-31). */
export const FormSettings = Type.Object(
  {
    /** `org`: only members; `anyone`: whoever has the link, too. */
    whoMayFill: Type.Union([Type.Literal('org'), Type.Literal('anyone')]),
    audience: Audience,
    /** Host user ids of members who may see the answers besides the admins. */
    sharedViewers: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100, uniqueItems: true }),
    tellsPublisher: Type.Boolean(),
    sendsDing: Type.Boolean(),
    /** Null: sent once, on publishing. */
    repeat: Nullable(RepeatSchedule),
    /** Until when a day is filed on time; later is late, and counted so. Absent: nobody is late (Z-36). */
    onTimeUntil: Type.Optional(WallTime),
    /** Last civil day on which the form is sent and answered. */
    endsOn: Nullable(CivilDateText),
    /** The ladder of reminders; `ladderOf()` reads it (Z-33). */
    reminders: Reminders,
    /** Days answers are kept after their period; absent: as the form's notice says. */
    retentionDays: Type.Optional(
      Type.Integer({ minimum: retentionLimits.leastDays, maximum: retentionLimits.mostDays }),
    ),
  },
  { additionalProperties: false },
)
export type FormSettings = Static<typeof FormSettings>

/** The definition travels as data; its type is `FormDefinition`. */
export const Definition = Type.Unsafe<FormDefinition>(Type.Object({}, { additionalProperties: true }))

export const FormSummary = Type.Object({
  id: Uuid,
  templateId: Nullable(Type.String()),
  title: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }),
  period: PeriodKind,
  state: Type.Union([Type.Literal('published'), Type.Literal('ended')]),
  publishedAt: Instant,
  nextSendAt: Nullable(Instant),
  /** The period going on now and how far it has come. */
  current: Type.Object({
    period: Type.String(),
    expected: Count,
    collected: Count,
    abnormal: Count,
    /** While the list of who is expected is being written, as in large orgs: members gone through, of how many (0: unknown). */
    preparing: Nullable(Type.Object({ done: Count, of: Count })),
  }),
})
export type FormSummary = Static<typeof FormSummary>

export const Form = Type.Object({
  ...FormSummary.properties,
  definition: Definition,
  settings: FormSettings,
  /** Days its answers are kept when the settings name none: as its notice says. */
  noticeDays: Type.Integer(),
  /** Address that opens the form; inside the host for members, in any browser when anyone may fill. */
  link: Type.String(),
})
export type Form = Static<typeof Form>

export const Template = Type.Object({
  definition: Definition,
  /** Where this org has published it already. */
  publishedFormId: Nullable(Uuid),
  /** What the publish page starts from. */
  defaults: FormSettings,
  /** Days answers are kept when the settings name none: as the notice says. */
  noticeDays: Type.Integer(),
})
export type Template = Static<typeof Template>

export const listTemplates = contract({
  method: 'GET',
  path: '/templates',
  summary: 'Templates by category (Z-30)',
  permission: 'forms.read',
  audit: none('templates'),
  response: Type.Object({
    categories: Type.Array(
      Type.Object({ id: Type.String(), label: Type.Object({ 'zh-CN': Type.String(), en: Type.String() }) }),
    ),
    templates: Type.Array(Template),
  }),
  errors: [],
})

export const previewSends = contract({
  method: 'POST',
  path: '/forms/preview-sends',
  summary: 'The next ten moments a schedule would send',
  permission: 'forms.read',
  audit: none('works out moments and keeps nothing'),
  body: Type.Object(
    { repeat: RepeatSchedule, endsOn: Nullable(CivilDateText) },
    { additionalProperties: false },
  ),
  response: Type.Object({ sends: Type.Array(Instant), beginsTomorrow: Type.Boolean() }),
  errors: [],
})

export const publishForm = contract({
  method: 'POST',
  path: '/forms',
  summary: 'Publish a template to an audience, at once and on a schedule (Z-30, Z-31)',
  permission: 'forms.publish',
  repeatable: true,
  audit: changes('form.published', { object: 'form:{response.id}', detail: ['body.templateId'] }),
  body: Type.Object(
    { templateId: Type.String({ maxLength: 100 }), settings: FormSettings },
    { additionalProperties: false },
  ),
  response: Form,
  errors: ['template.missing', 'form.already-published', 'form.audience-empty', 'form.settings-invalid'],
})

const params = Type.Object({ formId: Uuid })

export const listForms = contract({
  method: 'GET',
  path: '/forms',
  summary: 'The org’s forms, newest first',
  permission: 'forms.read',
  scope: 'forms.read',
  audit: none('forms and counts'),
  query: Type.Object(pageQuery),
  response: PageOf(FormSummary),
  errors: [],
})

export const getForm = contract({
  method: 'GET',
  path: '/forms/:formId',
  summary: 'One form with its definition and settings',
  permission: 'forms.read',
  scope: 'forms.read',
  audit: none('a form; its settings name people by the ids of the host only'),
  params,
  response: Form,
  errors: ['resource.missing'],
})

export const changeFormSettings = contract({
  method: 'PUT',
  path: '/forms/:formId/settings',
  summary: 'Change who is asked and when',
  permission: 'forms.publish',
  audit: changes('form.settings-changed', { object: 'form:{formId}' }),
  params,
  body: FormSettings,
  response: Form,
  errors: ['resource.missing', 'form.ended', 'form.audience-empty', 'form.settings-invalid'],
})

export const endForm = contract({
  method: 'POST',
  path: '/forms/:formId/end',
  summary: 'Stop sending and taking answers',
  permission: 'forms.publish',
  repeatable: true,
  audit: changes('form.ended', { object: 'form:{formId}' }),
  params,
  response: Form,
  errors: ['resource.missing'],
})

/** Z-32: a real PNG, fit to be saved to the phone's pictures. */
export const formQr = contract({
  method: 'GET',
  path: '/forms/:formId/qr.png',
  summary: 'QR picture of the form’s link',
  permission: 'forms.read',
  audit: none('a link as a picture'),
  params,
  response: Type.Unsafe<Uint8Array>(Type.String({ format: 'binary' })),
  produces: 'image/png',
  errors: ['resource.missing'],
})
