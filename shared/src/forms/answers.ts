import { Type, type Static } from 'typebox'
import { Count, Uuid } from '../contracts/fields.ts'
import { MediaType } from '../contracts/file-kinds.ts'

/** The maps of China shift points (GCJ-02): without its system a point may lie half a kilometre off. */
const PointSystem = Type.Union([Type.Literal('gcj-02'), Type.Literal('wgs-84')])

/** A place: six-digit GB/T 2260 code, or nine digits (GB/T 10114) to its street; the rest as the person wrote or the phone found it. */
export const RegionAnswer = Type.Object(
  {
    code: Type.String({ pattern: '^\\d{6}(\\d{3})?$', examples: ['410105'] }),
    detail: Type.Optional(Type.String({ maxLength: 200 })),
    /** Position the person chose to give: degrees as the host reports them, accuracy in metres. */
    position: Type.Optional(
      Type.Object(
        {
          latitude: Type.Number({ minimum: -90, maximum: 90 }),
          longitude: Type.Number({ minimum: -180, maximum: 180 }),
          accuracyM: Type.Number({ minimum: 0 }),
          /** Absent in answers from before it was asked for. */
          system: Type.Optional(PointSystem),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type RegionAnswer = Static<typeof RegionAnswer>

/** A point somebody chose to give. */
export const PlaceAnswer = Type.Object(
  {
    latitude: Type.Number({ minimum: -90, maximum: 90 }),
    longitude: Type.Number({ minimum: -180, maximum: 180 }),
    accuracyM: Type.Number({ minimum: 0 }),
    system: PointSystem,
    address: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
)
export type PlaceAnswer = Static<typeof PlaceAnswer>

/** A file that is part of an answer. Of what a client says only the id counts: the rest is written anew on filing. */
export const FileRef = Type.Object(
  { id: Uuid, name: Type.String({ maxLength: 120 }), type: MediaType, sizeBytes: Count },
  { additionalProperties: false },
)
export type FileRef = Static<typeof FileRef>

/** Photos, files or a signature, in the order the person gave them. */
export const FilesAnswer = Type.Object(
  { files: Type.Array(FileRef, { maxItems: 20 }) },
  { additionalProperties: false },
)
export type FilesAnswer = Static<typeof FilesAnswer>

/** Options one may choose at a time, however many there are. */
export const mostChosen = 100

/** The answer to one question, inside a row or outside of any. */
export const OneAnswer = Type.Union([
  Type.String({ maxLength: 4000 }),
  Type.Number(),
  Type.Literal(true),
  Type.Array(Type.String({ maxLength: 100 }), { maxItems: mostChosen }),
  RegionAnswer,
  PlaceAnswer,
])
export type OneAnswer = Static<typeof OneAnswer>

/** More rows, or columns, than any group or table may have. */
export const rowLimits = { rows: 100, columns: 30 } as const

/** What was answered in one row, by the id of the column. */
export const RowAnswers = Type.Record(Type.String({ maxLength: 64 }), OneAnswer, {
  maxProperties: rowLimits.columns,
})
export type RowAnswers = Static<typeof RowAnswers>

/** The answer to a group or table: its rows from top to bottom; those of a table are the ones the form names. */
export const RowsAnswer = Type.Object(
  { rows: Type.Array(RowAnswers, { maxItems: rowLimits.rows }) },
  { additionalProperties: false },
)
export type RowsAnswer = Static<typeof RowsAnswer>

export const AnswerValue = Type.Union([OneAnswer, FilesAnswer, RowsAnswer])
export type AnswerValue = Static<typeof AnswerValue>

/** What a member answered, by field id; a field left open is absent. A form has at most 999 fields. */
export const Answers = Type.Record(Type.String({ maxLength: 64 }), AnswerValue, { maxProperties: 999 })
export type Answers = Readonly<Record<string, AnswerValue>>

/** An answer as it is kept: texts without blanks around them; what is left empty was not answered. */
export function tidied<Value extends AnswerValue>(value: Value | undefined): Value | string | undefined {
  if (typeof value === 'string') return value.trim() || undefined
  if (isFilesAnswer(value)) return value.files.length === 0 ? undefined : value
  if (isRowsAnswer(value)) return value.rows.length === 0 ? undefined : value
  return Array.isArray(value) && value.length === 0 ? undefined : value
}

export function isRegionAnswer(value: AnswerValue | undefined): value is RegionAnswer {
  return typeof value === 'object' && 'code' in value
}

export function isPlaceAnswer(value: AnswerValue | undefined): value is PlaceAnswer {
  return typeof value === 'object' && 'latitude' in value
}

export function isFilesAnswer(value: AnswerValue | undefined): value is FilesAnswer {
  return typeof value === 'object' && 'files' in value && Array.isArray(value.files)
}

/** The answer to one question, as it may stand in a row too. */
export function isOneAnswer(value: AnswerValue | undefined): value is OneAnswer {
  return value !== undefined && !isRowsAnswer(value) && !isFilesAnswer(value)
}

/** Files in words: their names. */
export function filesText({ files }: FilesAnswer): string {
  return files.map(({ name }) => name).join(' · ')
}

export function isRowsAnswer(value: AnswerValue | undefined): value is RowsAnswer {
  return typeof value === 'object' && 'rows' in value && Array.isArray(value.rows)
}

/** A point in words: five decimals are a metre. */
export function placeText({ latitude, longitude, accuracyM, system, address }: PlaceAnswer): string {
  const point = `${latitude.toFixed(5)}, ${longitude.toFixed(5)} ${system.toUpperCase()}, ±${Math.round(accuracyM)} m`
  return address ? `${address} (${point})` : point
}

/** The answer to a field; undefined when it was left open, whatever every object answers to that name. */
export function answerOf<Value extends AnswerValue>(
  answers: Readonly<Record<string, Value>>,
  id: string,
): Value | undefined {
  return Object.hasOwn(answers, id) ? answers[id] : undefined
}
