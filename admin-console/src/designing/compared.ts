import {
  dayOperators,
  numberOperators,
  type regionOperators,
  type DayPoint,
  type DayQuestion,
  type NumberQuestion,
  type RegionQuestion,
} from '@kangbao/shared/forms/condition.ts'

type NumberOperator = (typeof numberOperators)[number]
type DayOperator = (typeof dayOperators)[number]

export const isNumberOperator = (how: string): how is NumberOperator =>
  numberOperators.some((each) => each === how)
export const isDayOperator = (how: string): how is DayOperator => dayOperators.some((each) => each === how)

/** What a question compares with: both ends of a range, or twice the same. */
interface Ends<End> {
  readonly from: End
  readonly to: End
}

/** The numbers a question compares with: both ends of a range, else twice the same. */
export function numbersOf(asked: NumberQuestion): Ends<number> {
  if ('between' in asked) return asked.between
  const [, value = 0] = Object.entries(asked).find(([key]) => key !== 'field') ?? []
  return { from: Number(value), to: Number(value) }
}

/** A question about a number; of a comparison with one number the nearer end counts. */
export function numberQuestion(
  field: string,
  how: NumberOperator,
  { from, to }: Ends<number>,
): NumberQuestion {
  switch (how) {
    case 'atLeast':
      return { field, atLeast: from }
    case 'moreThan':
      return { field, moreThan: from }
    case 'atMost':
      return { field, atMost: to }
    case 'lessThan':
      return { field, lessThan: to }
    case 'equals':
      return { field, equals: from }
    case 'differs':
      return { field, differs: from }
    case 'between':
      return { field, between: { from, to } }
  }
}

/** What most ask of a date: whether it lies in the last fortnight. */
export const fortnight: Ends<DayPoint> = { from: { daysFromToday: -14 }, to: { daysFromToday: 0 } }

/** A question about a day, likewise. */
export function dayQuestion(field: string, how: DayOperator, { from, to }: Ends<DayPoint>): DayQuestion {
  switch (how) {
    case 'before':
      return { field, before: from }
    case 'notAfter':
      return { field, notAfter: to }
    case 'onDay':
      return { field, onDay: to }
    case 'notBefore':
      return { field, notBefore: from }
    case 'after':
      return { field, after: from }
    case 'within':
      return { field, within: { from, to } }
  }
}

/** Prefixes a question about a region names. */
export function regionsOf(asked: RegionQuestion): readonly string[] {
  return 'inRegions' in asked ? asked.inRegions : asked.outsideRegions
}

export function regionQuestion(
  field: string,
  how: (typeof regionOperators)[number],
  regions: readonly string[],
): RegionQuestion {
  return how === 'inRegions' ? { field, inRegions: regions } : { field, outsideRegions: regions }
}

/** Six digits as the list of regions has them, and the prefix that holds everything in it: `410100` and `4101`. */
export const wholeCode = (prefix: string): string => prefix.padEnd(6, '0')
export const prefixOf = (code: string): string => code.replace(/^(\d{2})0000$|^(\d{4})00$/, '$1$2')
