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

/**
 * A point somebody chose to give. The maps of China shift points (GCJ-02), so a point without its system may lie half a
 * kilometre off.
 */
export const PlaceAnswer = Type.Object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
    accuracyM: Type.Number({ minimum: 0 }),
    system: Type.Union([Type.Literal('gcj-02'), Type.Literal('wgs-84')]),
    address: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
)
export type PlaceAnswer = Static<typeof PlaceAnswer>

export const AnswerValue = Type.Union([
  Type.String({ maxLength: 4000 }),
  Type.Number(),
  Type.Literal(true),
  Type.Array(Type.String({ maxLength: 100 }), { maxItems: 100 }),
  RegionAnswer,
  PlaceAnswer,
])
export type AnswerValue = Static<typeof AnswerValue>

/** What a member answered, by field id; a field left open is absent. A form has at most 999 fields. */
export const Answers = Type.Record(Type.String({ maxLength: 64 }), AnswerValue, { maxProperties: 999 })
export type Answers = Readonly<Record<string, AnswerValue>>

/** An answer as it is kept: texts without blanks around them; what is left empty was not answered. */
export function tidied(value: AnswerValue | undefined): AnswerValue | undefined {
  if (typeof value === 'string') return value.trim() || undefined
  return Array.isArray(value) && value.length === 0 ? undefined : value
}

export function isRegionAnswer(value: AnswerValue | undefined): value is RegionAnswer {
  return typeof value === 'object' && 'code' in value
}

export function isPlaceAnswer(value: AnswerValue | undefined): value is PlaceAnswer {
  return typeof value === 'object' && 'latitude' in value
}

/** A point in words: five decimals are a metre. */
export function placeText({ latitude, longitude, accuracyM, system, address }: PlaceAnswer): string {
  const point = `${latitude.toFixed(5)}, ${longitude.toFixed(5)} ${system.toUpperCase()}, ±${Math.round(accuracyM)} m`
  return address ? `${address} (${point})` : point
}

/** The answer to a field; undefined when it was left open, whatever every object answers to that name. */
export function answerOf(answers: Answers, id: string): AnswerValue | undefined {
  return Object.hasOwn(answers, id) ? answers[id] : undefined
}
