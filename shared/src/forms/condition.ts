import { addDays, type CivilDate } from '../calendar/civil-day.ts'
import { answerOf, isRegionAnswer, isRowsAnswer, type Answers, type AnswerValue } from './answers.ts'

/** A day: counted from the day of filing (0 = that day, -14 = a fortnight before), or one of the calendar. */
export type DayPoint = { readonly daysFromToday: number } | { readonly date: string }

/** How a number is compared. */
export type NumberQuestion = { readonly field: string } & (
  | { readonly atLeast: number }
  | { readonly atMost: number }
  | { readonly moreThan: number }
  | { readonly lessThan: number }
  | { readonly equals: number }
  | { readonly differs: number }
  /** Both ends included. */
  | { readonly between: { readonly from: number; readonly to: number } }
)

/** When a date lies; of a date with a time its day. */
export type DayQuestion = { readonly field: string } & (
  | { readonly before: DayPoint }
  | { readonly notAfter: DayPoint }
  | { readonly onDay: DayPoint }
  | { readonly notBefore: DayPoint }
  | { readonly after: DayPoint }
  /** Both ends included. */
  | { readonly within: { readonly from: DayPoint; readonly to: DayPoint } }
)

/** Where a place lies, by GB/T 2260 prefixes: `41` a province, `4101` a city, `410105` a county. */
export type RegionQuestion = { readonly field: string } & (
  { readonly inRegions: readonly string[] } | { readonly outsideRegions: readonly string[] }
)

/** A question about answers; data, so that a programme or a designer can state it without code. */
export type Condition =
  | { readonly field: string; readonly is: string }
  | { readonly field: string; readonly isNot: string }
  | { readonly field: string; readonly anyOf: readonly string[] }
  | { readonly field: string; readonly anyExcept: string }
  /** Letters as they are written. */
  | { readonly field: string; readonly contains: string }
  | { readonly field: string; readonly answered: boolean }
  | NumberQuestion
  | DayQuestion
  | RegionQuestion
  /** Asked of each row of a group or table, and of nothing outside it. */
  | { readonly rowsOf: string; readonly someRow: Condition }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }

/**
 * Whether a condition holds; a missing answer makes every comparison false.
 * @param today civil day of filing in the org's zone, which days are counted from: of stored answers the day they were given.
 */
export function holds(condition: Condition, answers: Answers, today: CivilDate): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, answers, today))
  if ('any' in condition) return condition.any.some((part) => holds(part, answers, today))
  if ('not' in condition) return !holds(condition.not, answers, today)
  if ('someRow' in condition) {
    const rows = answerOf(answers, condition.rowsOf)
    return isRowsAnswer(rows) && rows.rows.some((row) => holds(condition.someRow, row, today))
  }
  const value = answerOf(answers, condition.field)
  if ('answered' in condition) return (value !== undefined) === condition.answered
  if (value === undefined) return false
  if ('is' in condition) return includes(value, condition.is)
  if ('isNot' in condition) return !includes(value, condition.isNot)
  if ('anyOf' in condition) return condition.anyOf.some((wanted) => includes(value, wanted))
  if ('anyExcept' in condition) return chosen(value).some((option) => option !== condition.anyExcept)
  if ('contains' in condition) return typeof value === 'string' && value.includes(condition.contains)
  if (isRegionQuestion(condition)) {
    if (!isRegionAnswer(value)) return false
    if ('inRegions' in condition) return liesIn(value.code, condition.inRegions)
    return !liesIn(value.code, condition.outsideRegions)
  }
  if (isDayQuestion(condition)) return typeof value === 'string' && dayHolds(condition, value, today)
  return typeof value === 'number' && numberHolds(condition, value)
}

/** The fields a condition asks about. */
export function fieldsAsked(condition: Condition): readonly string[] {
  if ('field' in condition) return [condition.field]
  if ('someRow' in condition) return [condition.rowsOf]
  const parts = 'not' in condition ? [condition.not] : 'all' in condition ? condition.all : condition.any
  return parts.flatMap(fieldsAsked)
}

const asks =
  <Asked extends Condition>(...words: readonly string[]) =>
  (condition: Condition): condition is Asked =>
    words.some((word) => word in condition)

export const numberOperators = [
  'atLeast',
  'moreThan',
  'atMost',
  'lessThan',
  'equals',
  'differs',
  'between',
] as const
export const dayOperators = ['within', 'onDay', 'before', 'notAfter', 'notBefore', 'after'] as const
export const regionOperators = ['inRegions', 'outsideRegions'] as const
export const isNumberQuestion = asks<NumberQuestion>(...numberOperators)
export const isDayQuestion = asks<DayQuestion>(...dayOperators)
export const isRegionQuestion = asks<RegionQuestion>(...regionOperators)

function numberHolds(asked: NumberQuestion, value: number): boolean {
  if ('atLeast' in asked) return value >= asked.atLeast
  if ('atMost' in asked) return value <= asked.atMost
  if ('moreThan' in asked) return value > asked.moreThan
  if ('lessThan' in asked) return value < asked.lessThan
  if ('equals' in asked) return value === asked.equals
  if ('differs' in asked) return value !== asked.differs
  return value >= asked.between.from && value <= asked.between.to
}

function dayHolds(asked: DayQuestion, value: string, today: CivilDate): boolean {
  const day = value.slice(0, 10)
  const at = (point: DayPoint) => ('date' in point ? point.date : addDays(today, point.daysFromToday))
  if ('before' in asked) return day < at(asked.before)
  if ('notAfter' in asked) return day <= at(asked.notAfter)
  if ('onDay' in asked) return day === at(asked.onDay)
  if ('notBefore' in asked) return day >= at(asked.notBefore)
  if ('after' in asked) return day > at(asked.after)
  return day >= at(asked.within.from) && day <= at(asked.within.to)
}

/** The days a question compares with: both ends of a time, else twice the same. */
export function daysOf(asked: DayQuestion): { readonly from: DayPoint; readonly to: DayPoint } {
  if ('within' in asked) return asked.within
  if ('before' in asked) return { from: asked.before, to: asked.before }
  if ('notAfter' in asked) return { from: asked.notAfter, to: asked.notAfter }
  if ('onDay' in asked) return { from: asked.onDay, to: asked.onDay }
  if ('notBefore' in asked) return { from: asked.notBefore, to: asked.notBefore }
  return { from: asked.after, to: asked.after }
}

const liesIn = (code: string, regions: readonly string[]) => regions.some((region) => code.startsWith(region))

function chosen(value: AnswerValue): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value : []
}

function includes(value: AnswerValue, wanted: string): boolean {
  return chosen(value).includes(wanted)
}
