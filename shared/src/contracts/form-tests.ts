import { Type, type Static } from 'typebox'
import { CivilDateText } from '../calendar/civil-day.ts'
import { changes, none, own } from './audit-declaration.ts'
import { contract } from './contract.ts'
import { Instant, Nothing, Nullable, Uuid } from './fields.ts'
import { Filling } from './submissions.ts'

/** Days a test card opens something. */
export const testDays = 7
export const mostTesters = 20

export const FormTestSent = Type.Object({
  id: Uuid,
  /** Names of those it was sent to. */
  people: Type.Array(Type.String()),
  /** Names of those who have tried it to the end. */
  triedBy: Type.Array(Type.String()),
  askedAt: Instant,
  /** Null while it is on its way, and when it could not be sent. */
  sentAt: Nullable(Instant),
  failure: Nullable(Type.String()),
  endsAt: Instant,
})
export type FormTestSent = Static<typeof FormTestSent>

const params = Type.Object({ draftId: Uuid })

export const sendFormTest = contract({
  method: 'POST',
  path: '/form-drafts/:draftId/tests',
  summary: 'Send a draft to some people as a marked card, to be tried on their phones (Z-37)',
  permission: 'forms.publish',
  repeatable: true,
  audit: changes('form-test.sent', { object: 'form-draft:{draftId}', people: ['response.memberIds'] }),
  params,
  body: Type.Object(
    {
      userIds: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
        minItems: 1,
        maxItems: mostTesters,
        uniqueItems: true,
      }),
    },
    { additionalProperties: false },
  ),
  response: Type.Object({ id: Uuid, memberIds: Type.Array(Uuid) }),
  errors: ['resource.missing', 'draft.invalid', 'form-test.people-missing'],
})

export const listFormTests = contract({
  method: 'GET',
  path: '/form-drafts/:draftId/tests',
  summary: 'The last test cards of a draft, newest first',
  permission: 'forms.publish',
  audit: none('who was sent a form nobody is asked by'),
  params,
  response: Type.Object({ items: Type.Array(FormTestSent) }),
  errors: ['resource.missing'],
})

/** A form to be tried: nothing of what is typed leaves the phone. */
export const FormTest = Type.Object({
  definition: Filling.properties.definition,
  orgName: Type.String(),
  today: CivilDateText,
  profile: Filling.properties.profile,
  sentBy: Type.String(),
  endsAt: Instant,
})
export type FormTest = Static<typeof FormTest>

export const getFormTest = contract({
  method: 'GET',
  path: '/form-tests/:testId',
  summary: 'A draft somebody sent me to try',
  permission: 'submissions.file',
  audit: own('what the caller was sent'),
  params: Type.Object({ testId: Uuid }),
  response: FormTest,
  errors: ['resource.missing'],
})

export const finishFormTest = contract({
  method: 'PUT',
  path: '/form-tests/:testId/tried',
  summary: 'Say that I have tried it to the end; nothing of what was typed is said',
  permission: 'submissions.file',
  audit: none('that a form nobody is asked by was tried'),
  params: Type.Object({ testId: Uuid }),
  response: Nothing,
  errors: ['resource.missing'],
})
