import { parseCivilDate } from '../../calendar/civil-day.ts'
import {
  dayOperators,
  daysOf,
  isDayQuestion,
  numberOperators,
  regionOperators,
  type Condition,
  type DayPoint,
} from '../condition.ts'
import { hasRows, holdsAnswer, type Field } from '../definition.ts'
import { designLimits } from './content.ts'

export type ConditionReason =
  | 'condition.unknown-field'
  | 'condition.later-field'
  | 'condition.operator'
  | 'condition.unknown-option'
  | 'condition.empty'
  | 'condition.reversed'
  | 'condition.too-deep'

export interface ConditionProblem {
  readonly reason: ConditionReason
  readonly names?: string
}

type Asking = Extract<Condition, { field: string }>
const textOperators = ['is', 'isNot', 'anyOf', 'anyExcept', 'contains', 'answered'] as const
const operators = [...textOperators, ...numberOperators, ...dayOperators, ...regionOperators]
export type Operator = (typeof operators)[number]

/** The questions a condition may ask of each type of field, the usual one first. */
export function operatorsOf(field: Field): readonly Operator[] {
  switch (field.type) {
    case 'single-choice':
    case 'multiple-choice':
      return ['is', 'isNot', 'anyOf', 'anyExcept', 'answered']
    case 'number':
    case 'temperature':
    case 'rating':
    case 'computed':
      return [...numberOperators, 'answered']
    case 'date':
    case 'date-time':
      return [...dayOperators, 'answered']
    case 'region':
      return [...regionOperators, 'answered']
    case 'text':
    case 'long-text':
      return ['answered', 'is', 'isNot', 'contains']
    default:
      return holdsAnswer(field) ? ['answered'] : []
  }
}

export function operatorOf(condition: Asking): Operator {
  return operators.find((each) => each in condition) ?? 'answered'
}

/**
 * What is wrong with a condition.
 * @param before fields it may ask about: those before its own, or all of them for a finding.
 * @param all every field of the form.
 */
export function conditionProblems(
  condition: Condition,
  before: readonly Field[],
  all: readonly Field[],
  levels: number = designLimits.depth,
): ConditionProblem[] {
  if (levels === 0) return [{ reason: 'condition.too-deep' }]
  if ('field' in condition) return ofQuestion(condition, before, all)
  if ('someRow' in condition) return ofRows(condition, before, all, levels)
  const parts = 'not' in condition ? [condition.not] : 'all' in condition ? condition.all : condition.any
  if (parts.length === 0) return [{ reason: 'condition.empty' }]
  return parts.flatMap((part) => conditionProblems(part, before, all, levels - 1))
}

function ofRows(
  { rowsOf, someRow }: Extract<Condition, { rowsOf: string }>,
  before: readonly Field[],
  all: readonly Field[],
  levels: number,
): ConditionProblem[] {
  const field = before.find(({ id }) => id === rowsOf)
  if (!field) return [unknown(rowsOf, all)]
  if (!hasRows(field)) return [{ reason: 'condition.operator', names: rowsOf }]
  return conditionProblems(someRow, field.fields, field.fields, levels - 1)
}

function unknown(names: string, all: readonly Field[]): ConditionProblem {
  const isLater = all.some(({ id }) => id === names)
  return { reason: isLater ? 'condition.later-field' : 'condition.unknown-field', names }
}

function ofQuestion(condition: Asking, before: readonly Field[], all: readonly Field[]): ConditionProblem[] {
  const field = before.find(({ id }) => id === condition.field)
  if (!field) return [unknown(condition.field, all)]
  if (!operatorsOf(field).includes(operatorOf(condition)))
    return [{ reason: 'condition.operator', names: field.id }]
  if (!('options' in field)) return ofValue(condition)
  const values = optionsNamed(condition)
  if ('anyOf' in condition && values.length === 0) return [{ reason: 'condition.empty' }]
  return values
    .filter((value) => !field.options.some((option) => option.value === value))
    .map((names) => ({ reason: 'condition.unknown-option', names }))
}

/** What is compared with, where it was typed. */
function ofValue(condition: Asking): ConditionProblem[] {
  const regions = 'inRegions' in condition ? condition.inRegions : null
  const outside = 'outsideRegions' in condition ? condition.outsideRegions : null
  const isEmpty =
    optionsNamed(condition).includes('') ||
    ('contains' in condition && condition.contains === '') ||
    (regions ?? outside)?.length === 0 ||
    daysNamed(condition).some((point) => 'date' in point && parseCivilDate(point.date) === null)
  if (isEmpty) return [{ reason: 'condition.empty' }]
  return isReversed(condition) ? [{ reason: 'condition.reversed', names: condition.field }] : []
}

function daysNamed(condition: Asking): readonly DayPoint[] {
  return isDayQuestion(condition) ? Object.values(daysOf(condition)) : []
}

/** Whether it begins after its end; of a day that is counted and one of the calendar nobody can say which is the earlier. */
export function isReversed(condition: Condition): boolean {
  if ('between' in condition) return condition.between.from > condition.between.to
  if (!('within' in condition)) return false
  const { from, to } = condition.within
  if ('date' in from) return 'date' in to && from.date > to.date
  return !('date' in to) && from.daysFromToday > to.daysFromToday
}

function optionsNamed(condition: Asking): readonly string[] {
  if ('is' in condition) return [condition.is]
  if ('isNot' in condition) return [condition.isNot]
  if ('anyOf' in condition) return condition.anyOf
  return 'anyExcept' in condition ? [condition.anyExcept] : []
}
