import {
  dayOperators,
  isDayQuestion,
  isNumberQuestion,
  isRegionQuestion,
  numberOperators,
  type Condition,
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

/** The numbers a question compares with: both ends of a range, else twice the same. */
export function numbersOf(asked: NumberQuestion): { readonly from: number; readonly to: number } {
  if ('between' in asked) return asked.between
  const [, value = 0] = Object.entries(asked).find(([key]) => key !== 'field') ?? []
  return { from: Number(value), to: Number(value) }
}

/** A question about a number, comparing with what the one before it did. */
export function numberQuestion(field: string, how: NumberOperator, before?: Condition): NumberQuestion {
  const { from, to } = before && isNumberQuestion(before) ? numbersOf(before) : { from: 0, to: 0 }
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
const fortnight = { from: { daysFromToday: -14 }, to: { daysFromToday: 0 } } as const

/** The days a question compares with, likewise. */
export function pointsOf(asked: DayQuestion): { readonly from: DayPoint; readonly to: DayPoint } {
  if ('within' in asked) return asked.within
  if ('before' in asked) return { from: asked.before, to: asked.before }
  if ('notAfter' in asked) return { from: asked.notAfter, to: asked.notAfter }
  if ('onDay' in asked) return { from: asked.onDay, to: asked.onDay }
  if ('notBefore' in asked) return { from: asked.notBefore, to: asked.notBefore }
  return { from: asked.after, to: asked.after }
}

/** A question about a day, comparing with what the one before it did. */
export function dayQuestion(field: string, how: DayOperator, before?: Condition): DayQuestion {
  const { from, to } = before && isDayQuestion(before) ? pointsOf(before) : fortnight
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

/** A question about a region, naming those the one before it did. */
export function regionQuestion(
  field: string,
  how: 'inRegions' | 'outsideRegions',
  before?: Condition,
): RegionQuestion {
  const regions = before && isRegionQuestion(before) ? regionsOf(before) : []
  return how === 'inRegions' ? { field, inRegions: regions } : { field, outsideRegions: regions }
}

/** Six digits as the list of regions has them, and the prefix that holds everything in it: `410100` and `4101`. */
export const wholeCode = (prefix: string): string => prefix.padEnd(6, '0')
export const prefixOf = (code: string): string => code.replace(/^(\d{2})0000$|^(\d{4})00$/, '$1$2')
