import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { changes, own, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, DepartmentId, Instant, Nothing, Nullable, Uuid } from './fields.ts'

/** A link is good for so long after the file was made (S-49). */
export const exportLifeHours = 24
/** How often one file may be downloaded (S-49). */
export const mostDownloads = 5
/** Days one export may span, both ends included. */
export const longestExportDays = 366

/**
 * `table`: a row per submission and a column per question. `matrix`: a row per person and a column per day. `long`: a row
 * per answer.
 */
export const ExportShape = Type.Union([Type.Literal('table'), Type.Literal('matrix'), Type.Literal('long')])
export type ExportShape = Static<typeof ExportShape>

export const ExportFormat = Type.Union([Type.Literal('xlsx'), Type.Literal('csv')])
export type ExportFormat = Static<typeof ExportFormat>

const FieldId = Type.String({ minLength: 1, maxLength: 64 })

export const ExportRequest = Type.Object(
  {
    shape: ExportShape,
    format: ExportFormat,
    /** First and last day; a form that is filled once has none. */
    from: Type.Optional(CivilDateText),
    to: Type.Optional(CivilDateText),
    /** Only those who counted in or below it. */
    departmentId: Type.Optional(DepartmentId),
    /** Only submissions that are abnormal; not for a matrix. */
    abnormalOnly: Type.Optional(Type.Boolean()),
    /** Questions to put in; all of them unless named. */
    fields: Type.Optional(Type.Array(FieldId, { minItems: 1, maxItems: 999 })),
    /** Of a matrix: the question whose answer stands in the cells; whether somebody filed, unless named. */
    cell: Type.Optional(FieldId),
    /** Words in this language. */
    locale: Type.Union([Type.Literal('zh-CN'), Type.Literal('en')]),
    /** Whether who asks is told by a work notification when it is ready. */
    tells: Type.Optional(Type.Boolean()),
    /** Whether by mail, too; who has no confirmed address is told by a work notification. */
    mails: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type ExportRequest = Static<typeof ExportRequest>

export const AnswerExport = Type.Object({
  id: Uuid,
  formId: Uuid,
  request: ExportRequest,
  /** Whether ID numbers and phones stand in it in full. */
  isFull: Type.Boolean(),
  state: Type.Union([
    Type.Literal('queued'),
    Type.Literal('running'),
    Type.Literal('ready'),
    Type.Literal('failed'),
  ]),
  /** Why it failed. */
  failure: Nullable(
    Type.Union([Type.Literal('too-large'), Type.Literal('permission'), Type.Literal('broken')]),
  ),
  rowsDone: Count,
  /** Null until they are counted. */
  rowsTotal: Nullable(Count),
  bytes: Count,
  downloadsLeft: Count,
  createdAt: Instant,
  expiresAt: Instant,
})
export type AnswerExport = Static<typeof AnswerExport>

const formParams = Type.Object({ formId: Uuid }, { additionalProperties: false })
const exportParams = Type.Object({ formId: Uuid, exportId: Uuid }, { additionalProperties: false })
const startErrors = [
  'resource.missing',
  'export.range',
  'export.field-missing',
  'export.running',
  'export.too-many',
] as const

export const startExport = contract({
  method: 'POST',
  path: '/forms/:formId/exports',
  summary: 'Have the answers written to a file, ID numbers and phones masked; one at a time per person',
  permission: 'submissions.read',
  repeatable: true,
  audit: changes('export.started', { object: 'form:{formId}', detail: ['body.shape', 'body.format'] }),
  params: formParams,
  body: ExportRequest,
  response: AnswerExport,
  errors: startErrors,
})

/** S-22, S-37: as a masked answer is opened, with a second proof and for a reason. */
export const startFullExport = contract({
  method: 'POST',
  path: '/forms/:formId/full-exports',
  summary: 'The same with ID numbers and phones in full, for a reason',
  permission: 'submissions.read',
  stepUp: true,
  repeatable: true,
  audit: changes('export.started', {
    object: 'form:{formId}',
    detail: ['body.shape', 'body.format', 'body.reason'],
  }),
  params: formParams,
  body: Type.Object(
    {
      ...ExportRequest.properties,
      reason: Type.Union([
        Type.Literal('identity-check'),
        Type.Literal('urgent-contact'),
        Type.Literal('epidemic-control'),
        Type.Literal('authority-request'),
      ]),
    },
    { additionalProperties: false },
  ),
  response: AnswerExport,
  errors: [...startErrors, 'step-up.needed'],
})

export const listExports = contract({
  method: 'GET',
  path: '/forms/:formId/exports',
  summary: 'My exports of a form, newest first; each is gone a day after it was made',
  permission: 'submissions.read',
  audit: own('what the caller asked for'),
  params: formParams,
  response: Type.Object({ items: Type.Array(AnswerExport) }),
  errors: ['resource.missing'],
})

export const removeExport = contract({
  method: 'DELETE',
  path: '/forms/:formId/exports/:exportId',
  summary: 'Stop an export of mine, or throw its file away',
  permission: 'submissions.read',
  audit: changes('export.removed', { object: 'form:{formId}/export:{exportId}' }),
  params: exportParams,
  response: Nothing,
  errors: ['resource.missing'],
})

export const downloadExport = contract({
  // It counts: nothing that looks ahead may fetch it.
  method: 'POST',
  path: '/forms/:formId/exports/:exportId/download',
  summary: 'The file of an export of mine; five times at most',
  permission: 'submissions.read',
  audit: reads('export.downloaded', { object: 'form:{formId}/export:{exportId}' }),
  params: exportParams,
  response: Type.Unknown(),
  produces: 'application/octet-stream',
  errors: ['resource.missing', 'export.not-ready', 'export.spent'],
})
