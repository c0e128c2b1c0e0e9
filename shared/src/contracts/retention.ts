import { Type, type Static } from 'typebox'
import { changes, none } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Count, Instant, Nothing, Nullable, PageOf, pageQuery, Uuid } from './fields.ts'

const Text = Type.Object({ 'zh-CN': Type.String(), en: Type.String() })
const day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })

export const RetentionPreview = Type.Object({
  /** When the next sweep begins, at the earliest. */
  nextAt: Instant,
  forms: Type.Array(
    Type.Object({
      formId: Uuid,
      title: Text,
      days: Count,
      /** Of the form or of the whole organisation: nothing of it is deleted. */
      isHeld: Type.Boolean(),
      /** Answers the sweep deletes, by the month they count in. */
      months: Type.Array(Type.Object({ month: Type.String(), answers: Count })),
    }),
  ),
})
export type RetentionPreview = Static<typeof RetentionPreview>

/** what goes next, before it goes. */
export const previewRetention = contract({
  method: 'GET',
  path: '/retention/preview',
  summary: 'What the next sweep deletes, by form and month',
  permission: 'privacy.manage',
  audit: none('counts'),
  response: RetentionPreview,
  errors: [],
})

export const SweepCounts = Type.Object({
  formId: Uuid,
  month: Type.String(),
  answers: Count,
  revisions: Count,
  expectations: Count,
  files: Count,
})
export type SweepCounts = Static<typeof SweepCounts>

export const RetentionSweep = Type.Object({
  id: Uuid,
  day,
  startedAt: Instant,
  finishedAt: Nullable(Instant),
  deleted: Type.Array(Type.Object({ ...SweepCounts.properties, title: Text })),
  /** HMAC-SHA256 over all of the above, hexadecimal; null while it is under way. */
  signature: Nullable(Type.String()),
  isGenuine: Type.Boolean(),
})
export type RetentionSweep = Static<typeof RetentionSweep>

export const listSweeps = contract({
  method: 'GET',
  path: '/retention/sweeps',
  summary: 'What was deleted, signed, newest first',
  permission: 'privacy.manage',
  audit: none('counts'),
  query: Type.Object(pageQuery),
  response: PageOf(RetentionSweep),
  errors: [],
})

export const LegalHold = Type.Object({
  id: Uuid,
  /** Null: everything of the organisation. */
  formId: Nullable(Uuid),
  title: Nullable(Text),
  reason: Type.String(),
  setAt: Instant,
  setBy: Type.String(),
  releasedAt: Nullable(Instant),
})
export type LegalHold = Static<typeof LegalHold>

export const listHolds = contract({
  method: 'GET',
  path: '/retention/holds',
  summary: 'Legal holds, newest first',
  permission: 'privacy.manage',
  audit: none('what admins set, nothing of a person'),
  query: Type.Object(pageQuery),
  response: PageOf(LegalHold),
  errors: [],
})

export const setHold = contract({
  method: 'POST',
  path: '/retention/holds',
  summary: 'Forbid deletion of a form’s answers, or of all, for a reason',
  permission: 'privacy.manage',
  stepUp: true,
  repeatable: true,
  audit: changes('hold.set', { object: 'hold:{response.id}', detail: ['body.formId'] }),
  body: Type.Object(
    { formId: Nullable(Uuid), reason: Type.String({ minLength: 4, maxLength: 200 }) },
    { additionalProperties: false },
  ),
  response: LegalHold,
  errors: ['resource.missing'],
})

export const releaseHold = contract({
  method: 'POST',
  path: '/retention/holds/:holdId/release',
  summary: 'Lift a legal hold: what is overdue goes with the next sweep',
  permission: 'privacy.manage',
  stepUp: true,
  repeatable: true,
  audit: changes('hold.released', { object: 'hold:{holdId}' }),
  params: Type.Object({ holdId: Uuid }),
  body: Nothing,
  response: Nothing,
  errors: ['resource.missing'],
})
