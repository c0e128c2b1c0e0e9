import type { Condition } from '@kangbao/shared/forms/condition.ts'
import type { Field } from '@kangbao/shared/forms/definition.ts'
import { operatorsOf, type Operator } from '@kangbao/shared/forms/design/condition-problems.ts'

export type Question = Extract<Condition, { field: string }>

/** A condition as the editor shows it: questions of which all, or any, must hold. */
export interface Rows {
  readonly joins: 'all' | 'any'
  readonly questions: readonly Question[]
}

/** The rows of a condition; null when it is nested and came from elsewhere. */
export function rowsOf(condition: Condition | undefined): Rows | null {
  if (condition === undefined) return { joins: 'all', questions: [] }
  if ('field' in condition) return { joins: 'all', questions: [condition] }
  if ('not' in condition || 'someRow' in condition) return null
  const parts = 'all' in condition ? condition.all : condition.any
  const questions = parts.filter((part): part is Question => 'field' in part)
  return questions.length === parts.length ? { joins: 'all' in condition ? 'all' : 'any', questions } : null
}

/** The condition of rows; undefined for none. */
export function conditionOf({ joins, questions }: Rows): Condition | undefined {
  const [first, ...rest] = questions
  if (!first || rest.length === 0) return first
  return joins === 'all' ? { all: questions } : { any: questions }
}

/** What a question starts as: the usual one of the field's type. */
export function newQuestion(field: Field, operator: Operator | undefined = operatorsOf(field)[0]): Question {
  const { id } = field
  const first = 'options' in field ? (field.options[0]?.value ?? '') : ''
  if (operator === 'is') return { field: id, is: first }
  if (operator === 'isNot') return { field: id, isNot: first }
  if (operator === 'anyOf') return { field: id, anyOf: first === '' ? [] : [first] }
  if (operator === 'anyExcept') return { field: id, anyExcept: first }
  return operator === 'atLeast' ? { field: id, atLeast: 0 } : { field: id, answered: true }
}

/** The single value a question compares with, and the question with another one. */
export function valueOf(question: Question): string {
  if ('is' in question) return question.is
  if ('isNot' in question) return question.isNot
  return 'anyExcept' in question ? question.anyExcept : ''
}
export function withValue(question: Question, value: string): Question {
  if ('is' in question) return { ...question, is: value }
  if ('isNot' in question) return { ...question, isNot: value }
  return 'anyExcept' in question ? { ...question, anyExcept: value } : question
}
