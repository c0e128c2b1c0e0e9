import { Type, type Static } from 'typebox'

/** A place: six-digit GB/T 2260 code, the rest as the person wrote or the phone found it. */
export const RegionAnswer = Type.Object(
  {
    code: Type.String({ pattern: '^\\d{6}$', examples: ['410105'] }),
    detail: Type.Optional(Type.String({ maxLength: 200 })),
    /** Position the person chose to give: WGS-84 or GCJ-02 degrees as the host reports it, accuracy in metres. */
    position: Type.Optional(
      Type.Object(
        {
          latitude: Type.Number({ minimum: -90, maximum: 90 }),
          longitude: Type.Number({ minimum: -180, maximum: 180 }),
          accuracyM: Type.Number({ minimum: 0 }),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type RegionAnswer = Static<typeof RegionAnswer>

export const AnswerValue = Type.Union([
  Type.String({ maxLength: 4000 }),
  Type.Number(),
  Type.Literal(true),
  Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 }),
  RegionAnswer,
])
export type AnswerValue = Static<typeof AnswerValue>

/** What a member answered, by field id; a field left open is absent. A form has at most 999 fields. */
export const Answers = Type.Record(Type.String({ maxLength: 64 }), AnswerValue, { maxProperties: 999 })
export type Answers = Readonly<Record<string, AnswerValue>>

/** The answer to a field; undefined when it was left open, whatever every object answers to that name. */
export function answerOf(answers: Answers, id: string): AnswerValue | undefined {
  return Object.hasOwn(answers, id) ? answers[id] : undefined
}
