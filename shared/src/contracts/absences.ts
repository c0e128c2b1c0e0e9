import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { changes, reads } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Instant, Nothing, PageOf, pageQuery, Uuid } from './fields.ts'

/** Why somebody is away, as far as it is anybody's business; an illness is `leave`. */
export const AbsenceKind = Type.Union([Type.Literal('leave'), Type.Literal('travel'), Type.Literal('other')])
export type AbsenceKind = Static<typeof AbsenceKind>
export const absenceKinds = ['leave', 'travel', 'other'] as const satisfies readonly AbsenceKind[]

/** First and last day away, both included. */
const days = { from: CivilDateText, to: CivilDateText }

export const Absence = Type.Object({
  id: Uuid,
  memberId: Uuid,
  name: Type.String(),
  department: Type.String(),
  kind: AbsenceKind,
  ...days,
  enteredAt: Instant,
})
export type Absence = Static<typeof Absence>

/** An absence is as long as this at most, and this many people are entered at once. */
export const absenceLimits = { days: 366, people: 100 } as const

export const listAbsences = contract({
  method: 'GET',
  path: '/absences',
  summary: 'Who is away today or will be, of those the caller may see; newest first (Z-36)',
  permission: 'absences.manage',
  audit: reads('absences.read', { object: 'absences', people: ['response.items.memberId'] }),
  query: Type.Object(pageQuery),
  response: PageOf(Absence),
  errors: [],
})

export const enterAbsences = contract({
  method: 'POST',
  path: '/absences',
  summary: 'Excuse people for some days: they are not expected to file and are not reminded (Z-33, Z-36)',
  permission: 'absences.manage',
  repeatable: true,
  audit: changes('absence.entered', {
    object: 'absences',
    people: ['body.memberIds'],
    detail: ['body.kind'],
  }),
  body: Type.Object(
    {
      memberIds: Type.Array(Uuid, { minItems: 1, maxItems: absenceLimits.people, uniqueItems: true }),
      kind: AbsenceKind,
      ...days,
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ ids: Type.Array(Uuid) }),
  errors: ['absence.days', 'absence.person-missing'],
})

export const endAbsence = contract({
  method: 'POST',
  path: '/absences/:absenceId/end',
  summary: 'Somebody is back: expected again from today on; one that has not begun is struck out',
  permission: 'absences.manage',
  repeatable: true,
  audit: changes('absence.ended', { object: 'absence:{absenceId}' }),
  params: Type.Object({ absenceId: Uuid }),
  response: Nothing,
  errors: ['resource.missing'],
})
