import {
  daysOf,
  isDayQuestion,
  isNumberQuestion,
  isRegionQuestion,
  type Condition,
} from '@kangbao/shared/forms/condition.ts'
import { hasRows, type Field } from '@kangbao/shared/forms/definition.ts'
import {
  dayQuestion,
  fortnight,
  isDayOperator,
  isNumberOperator,
  numberQuestion,
  numbersOf,
  regionQuestion,
  regionsOf,
} from './compared.ts'
import { operatorOf, operatorsOf, type Operator } from '@kangbao/shared/forms/design/condition-problems.ts'

export type Question = Extract<Condition, { field: string }>
export type RowsQuestion = Extract<Condition, { rowsOf: string }>

/** How the parts of a group are taken together: all hold, any holds, none holds. */
export const joinings = ['all', 'any', 'none'] as const
export type Joins = (typeof joinings)[number]

/** A condition as the editor shows it: parts taken together, each a question or a group of its own. */
export interface Group {
  readonly joins: Joins
  readonly parts: readonly Condition[]
}

/** Whether it is shown as a group of its own inside another. */
export function isGroup(condition: Condition): boolean {
  return 'all' in condition || 'any' in condition || 'not' in condition
}

/** The group a condition is; a question by itself is a group of one. */
export function groupOf(condition: Condition | undefined): Group {
  if (condition === undefined) return { joins: 'all', parts: [] }
  if ('all' in condition) return { joins: 'all', parts: condition.all }
  if ('any' in condition) return { joins: 'any', parts: condition.any }
  if (!('not' in condition)) return { joins: 'all', parts: [condition] }
  return { joins: 'none', parts: 'any' in condition.not ? condition.not.any : [condition.not] }
}

/** The condition of a group; it stays a group however few its parts are. */
export function conditionOf({ joins, parts }: Group): Condition {
  if (joins === 'all') return { all: parts }
  if (joins === 'any') return { any: parts }
  const [only, ...others] = parts
  return { not: only && others.length === 0 && !('any' in only) ? only : { any: parts } }
}

/** The condition of the outermost group, which need not be one: none for no parts, the part itself for one. */
export function wholeOf(group: Group): Condition | undefined {
  const [only, ...others] = group.parts
  if (!only) return undefined
  return others.length === 0 && group.joins === 'all' ? only : conditionOf(group)
}

/** What can be asked of a field: of a group or table also that some row meets a condition. */
export function questionsOf(field: Field): readonly (Operator | 'someRow')[] {
  const askable = hasRows(field) && field.fields.some((column) => operatorsOf(column).length > 0)
  return [...operatorsOf(field), ...(askable ? (['someRow'] as const) : [])]
}

const noughts = { from: 0, to: 0 } as const

/**
 * What a question starts as: the usual one of the field's type.
 * @param before what it asked of the same field: what that compared with is kept where it fits.
 */
export function newQuestion(
  field: Field,
  operator: Operator | undefined = operatorsOf(field)[0],
  before?: Question,
): Question {
  const { id } = field
  const first = 'options' in field ? (field.options[0]?.value ?? '') : ''
  const text = before && valueOf(before) !== '' ? valueOf(before) : first
  switch (operator) {
    case 'is':
      return { field: id, is: text }
    case 'isNot':
      return { field: id, isNot: text }
    case 'anyOf':
      return { field: id, anyOf: text === '' ? [] : [text] }
    case 'anyExcept':
      return { field: id, anyExcept: text }
    case 'contains':
      return { field: id, contains: text }
    case 'answered':
    case undefined:
      return { field: id, answered: true }
    default:
      if (isNumberOperator(operator))
        return numberQuestion(id, operator, before && isNumberQuestion(before) ? numbersOf(before) : noughts)
      if (isDayOperator(operator))
        return dayQuestion(id, operator, before && isDayQuestion(before) ? daysOf(before) : fortnight)
      return regionQuestion(id, operator, before && isRegionQuestion(before) ? regionsOf(before) : [])
  }
}

/** The same field asked something else. */
export function asked(
  field: Field,
  how: Operator | 'someRow',
  before?: Question | RowsQuestion,
): Question | RowsQuestion {
  if (how !== 'someRow') return newQuestion(field, how, before && 'field' in before ? before : undefined)
  const column = hasRows(field) ? field.fields.find((each) => operatorsOf(each).length > 0) : undefined
  return { rowsOf: field.id, someRow: column ? newQuestion(column) : { all: [] } }
}

/** How a question asks. */
export const howOf = (question: Question | RowsQuestion): Operator | 'someRow' =>
  'rowsOf' in question ? 'someRow' : operatorOf(question)

/** The single value a question compares with, and the question with another one. */
export function valueOf(question: Question): string {
  if ('is' in question) return question.is
  if ('isNot' in question) return question.isNot
  if ('anyExcept' in question) return question.anyExcept
  if ('contains' in question) return question.contains
  return 'anyOf' in question ? (question.anyOf[0] ?? '') : ''
}
export function withValue(question: Question, value: string): Question {
  if ('is' in question) return { ...question, is: value }
  if ('isNot' in question) return { ...question, isNot: value }
  if ('contains' in question) return { ...question, contains: value }
  return 'anyExcept' in question ? { ...question, anyExcept: value } : question
}
