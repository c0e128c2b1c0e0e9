import { answerOf, isRowsAnswer, type Answers, type AnswerValue } from './answers.ts'

/** A question about answers; data, so that a programme or a designer can state it without code. */
export type Condition =
  | { readonly field: string; readonly is: string }
  | { readonly field: string; readonly isNot: string }
  | { readonly field: string; readonly anyOf: readonly string[] }
  | { readonly field: string; readonly anyExcept: string }
  | { readonly field: string; readonly atLeast: number }
  | { readonly field: string; readonly answered: boolean }
  /** Asked of each row of a group or table, and of nothing outside it. */
  | { readonly rowsOf: string; readonly someRow: Condition }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }

/** Whether a condition holds; a missing answer makes every comparison false. */
export function holds(condition: Condition, answers: Answers): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, answers))
  if ('any' in condition) return condition.any.some((part) => holds(part, answers))
  if ('not' in condition) return !holds(condition.not, answers)
  if ('someRow' in condition) {
    const rows = answerOf(answers, condition.rowsOf)
    return isRowsAnswer(rows) && rows.rows.some((row) => holds(condition.someRow, row))
  }
  const value = answerOf(answers, condition.field)
  if ('answered' in condition) return (value !== undefined) === condition.answered
  if (value === undefined) return false
  if ('is' in condition) return includes(value, condition.is)
  if ('isNot' in condition) return !includes(value, condition.isNot)
  if ('anyOf' in condition) return condition.anyOf.some((wanted) => includes(value, wanted))
  if ('anyExcept' in condition) return chosen(value).some((option) => option !== condition.anyExcept)
  return typeof value === 'number' && value >= condition.atLeast
}

function chosen(value: AnswerValue): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value : []
}

function includes(value: AnswerValue, wanted: string): boolean {
  return chosen(value).includes(wanted)
}
