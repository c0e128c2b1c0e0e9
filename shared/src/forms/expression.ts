import { answerOf, isRowsAnswer, type Answers } from './answers.ts'

/**
 * What a computed field computes: data, so that a designer can state it without code and nothing is ever evaluated as
 * code. Comparisons are worth 1 or 0; `if` takes `then` unless its question is worth 0.
 */
export type Expression =
  | { readonly number: number }
  /** The number answered in a field before this one; while it is open, `ifOpen`. */
  | { readonly field: string; readonly ifOpen?: number }
  /** Over one column of a group or table before this field: what is open there is left out. */
  | { readonly rowsOf: string; readonly take: 'sum' | 'min' | 'max'; readonly column: string }
  /** The number of rows, or of those in which a column is answered. */
  | { readonly rowsOf: string; readonly take: 'count'; readonly column?: string }
  | { readonly add: readonly Expression[] }
  | { readonly multiply: readonly Expression[] }
  | { readonly min: readonly Expression[] }
  | { readonly max: readonly Expression[] }
  | { readonly subtract: Pair }
  | { readonly divide: Pair }
  | { readonly lessThan: Pair }
  | { readonly atMost: Pair }
  | { readonly equals: Pair }
  | { readonly if: Expression; readonly then: Expression; readonly else: Expression }

type Pair = readonly [Expression, Expression]

/** Deeper than anybody reads, and far from the end of any stack. */
export const deepestExpression = 30

/** The value of an expression; undefined while an answer it needs is open, and where there is none (1 ÷ 0). */
export function evaluate(expression: Expression, answers: Answers): number | undefined {
  return finite(valueOf(expression, answers, deepestExpression))
}

function valueOf(expression: Expression, answers: Answers, levels: number): number | undefined {
  if (levels === 0) return undefined
  if ('number' in expression) return expression.number
  if ('field' in expression) {
    const value = answerOf(answers, expression.field)
    return typeof value === 'number' ? value : expression.ifOpen
  }
  if ('rowsOf' in expression) return overRows(expression, answers)
  const of = (part: Expression) => valueOf(part, answers, levels - 1)
  if ('if' in expression) {
    const answer = of(expression.if)
    return answer === undefined ? undefined : of(answer === 0 ? expression.else : expression.then)
  }
  const parts: number[] = []
  for (const part of partsOf(expression)) {
    const value = of(part)
    if (value === undefined) return undefined
    parts.push(value)
  }
  return combined(expression, parts)
}

type OverRows = Extract<Expression, { rowsOf: string }>

function overRows({ rowsOf, take, column }: OverRows, answers: Answers): number | undefined {
  const group = answerOf(answers, rowsOf)
  const rows = isRowsAnswer(group) ? group.rows : []
  if (column === undefined) return rows.length
  const values = rows.map((row) => answerOf(row, column)).filter((value) => value !== undefined)
  if (take === 'count') return values.length
  const numbers = values.filter((value) => typeof value === 'number')
  if (take === 'sum') return numbers.reduce((sum, each) => sum + each, 0)
  if (numbers.length === 0) return undefined
  return take === 'min' ? Math.min(...numbers) : Math.max(...numbers)
}

type Combining = Exclude<
  Expression,
  { number: number } | { field: string } | { rowsOf: string } | { if: Expression }
>

function combined(expression: Combining, parts: readonly number[]): number | undefined {
  if ('add' in expression) return parts.reduce((sum, part) => sum + part, 0)
  if ('multiply' in expression) return parts.reduce((product, part) => product * part, 1)
  if (parts.length === 0) return undefined
  if ('min' in expression) return Math.min(...parts)
  if ('max' in expression) return Math.max(...parts)
  const [left = NaN, right = NaN] = parts
  if ('subtract' in expression) return left - right
  if ('divide' in expression) return left / right
  if ('lessThan' in expression) return Number(left < right)
  return 'atMost' in expression ? Number(left <= right) : Number(left === right)
}

const finite = (value: number | undefined) => (Number.isFinite(value) ? value : undefined)

/** The expressions an expression is made of. */
export function partsOf(expression: Expression): readonly Expression[] {
  if ('number' in expression || 'field' in expression || 'rowsOf' in expression) return []
  if ('if' in expression) return [expression.if, expression.then, expression.else]
  if ('add' in expression) return expression.add
  if ('multiply' in expression) return expression.multiply
  if ('min' in expression) return expression.min
  if ('max' in expression) return expression.max
  if ('subtract' in expression) return expression.subtract
  if ('divide' in expression) return expression.divide
  if ('lessThan' in expression) return expression.lessThan
  return 'atMost' in expression ? expression.atMost : expression.equals
}
