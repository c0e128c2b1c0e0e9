import type { CivilDate } from '../calendar/civil-day.ts'
import { answerOf, type Answers, type OneAnswer } from '../forms/answers.ts'
import { everyField, holdsAnswer, type Field, type FormDefinition } from '../forms/definition.ts'
import { countedParts } from '../forms/facets.ts'
import { shownWith, type Shown } from '../forms/visibility.ts'

/**
 * How a question without options, bands or scores is counted: whether it was answered, and of dates and regions which.
 * What people wrote, their numbers and their files are never counted apart from each other.
 */
export type TallyKind = 'answered' | 'date' | 'region'

export interface TalliedQuestion {
  /** `group/column` for one asked in rows. */
  readonly fieldId: string
  readonly kind: TallyKind
  /** Of how many it was asked: it may hang on another answer. */
  readonly asked: number
  readonly answered: number
  /** Days (`2026-03-02`) or region codes, the most frequent first; of several rows each counts once. */
  readonly parts: { readonly key: string; readonly count: number }[]
}

/** Parts one question is told in: the rest is too rare to be drawn. */
export const mostParts = 400

/** Null for a field that holds no answer, and for one that is counted by its facets. */
export function tallyKindOf(field: Field): TallyKind | null {
  if (!holdsAnswer(field) || countedParts(field).length > 0) return null
  switch (field.type) {
    case 'group':
    case 'table':
      return null
    case 'date':
    case 'date-time':
      return 'date'
    case 'region':
      return 'region'
    default:
      return 'answered'
  }
}

/** Counts answers one by one, each as its own version of the form shows it on the day it was given. */
export function newTally(form: FormDefinition): {
  readonly add: (definition: FormDefinition, answers: Answers, day: CivilDate) => void
  readonly questions: () => TalliedQuestion[]
} {
  const counted = everyField(form).flatMap(({ id, field }) => {
    const kind = tallyKindOf(field)
    return kind === null
      ? []
      : [{ fieldId: id, kind, asked: 0, answered: 0, parts: new Map<string, number>() }]
  })
  return {
    add(definition, answers, day) {
      const shown = shownWith(definition, answers, day)
      for (const question of counted) {
        const { isAsked, values } = givenTo(shown, question.fieldId)
        if (isAsked) question.asked += 1
        if (values.length > 0) question.answered += 1
        for (const key of new Set(values.flatMap((value) => keyOf(question.kind, value))))
          question.parts.set(key, (question.parts.get(key) ?? 0) + 1)
      }
    },
    questions: () =>
      counted.map(({ parts, ...question }) => ({
        ...question,
        parts: [...parts]
          .map(([key, count]) => ({ key, count }))
          .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
          .slice(0, mostParts),
      })),
  }
}

/** What somebody answered to a question, in every row it stands in, and whether it was put to him at all. */
function givenTo({ fields, answers, rows }: Shown, fieldId: string) {
  const [id = fieldId, column] = fieldId.split('/')
  if (column === undefined) {
    const value = answerOf(answers, id)
    return { isAsked: fields.some((field) => field.id === id), values: value === undefined ? [] : [value] }
  }
  const shown = rows.get(id) ?? []
  return {
    isAsked: shown.some((row) => row.fields.some((field) => field.id === column)),
    values: shown.flatMap((row) => answerOf(row.answers, column) ?? []),
  }
}

function keyOf(kind: TallyKind, value: Answers[string] | OneAnswer | undefined): string[] {
  if (kind === 'date') return typeof value === 'string' ? [value.slice(0, 10)] : []
  if (kind !== 'region' || typeof value !== 'object' || !('code' in value)) return []
  // By county: of streets there are too many to draw, and too few people in each to be told.
  return typeof value.code === 'string' ? [value.code.slice(0, 6)] : []
}

/** Days as the months they lie in, in order, when there are more of them than can be drawn side by side. */
export function dayParts(
  parts: Readonly<TalliedQuestion['parts']>,
  mostDays = 31,
): readonly { readonly key: string; readonly count: number }[] {
  const isByMonth = parts.length > mostDays
  const sums = new Map<string, number>()
  for (const { key, count } of parts) {
    const name = isByMonth ? key.slice(0, 7) : key
    sums.set(name, (sums.get(name) ?? 0) + count)
  }
  return [...sums].map(([key, count]) => ({ key, count })).sort((a, b) => (a.key < b.key ? -1 : 1))
}

/** A county with its streets, where answers name them; a code below the county begins with the county's. */
export interface CountyPart {
  readonly key: string
  readonly count: number
  readonly streets: readonly { readonly key: string; readonly count: number }[]
}

export function countyParts(parts: Readonly<TalliedQuestion['parts']>): readonly CountyPart[] {
  const counties = new Map<string, { count: number; streets: { key: string; count: number }[] }>()
  for (const { key, count } of parts) {
    const county = counties.get(key.slice(0, 6)) ?? { count: 0, streets: [] }
    county.count += count
    if (key.length > 6) county.streets.push({ key, count })
    counties.set(key.slice(0, 6), county)
  }
  return [...counties].map(([key, county]) => ({ key, ...county })).sort((a, b) => b.count - a.count)
}
