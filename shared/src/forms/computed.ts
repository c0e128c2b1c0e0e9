import type { Answers } from './answers.ts'
import { hasRows, type ComputedField, type Field, type FormDefinition } from './definition.ts'
import { deepestExpression, evaluate, partsOf, type Expression } from './expression.ts'

/** The value of a computed field, rounded as it is shown, kept and counted; undefined while it has none. */
export function computedAnswer({ expression, decimals }: ComputedField, before: Answers): number | undefined {
  const value = evaluate(expression, before)
  // JSON has no −0: what is kept must come back as it went.
  return value === undefined ? undefined : Number(value.toFixed(decimals)) + 0
}

export interface ExpressionProblem {
  /** Id of the computed field; inside a group or table `group/field`. */
  readonly field: string
  readonly reason: 'not-before' | 'not-a-number' | 'no-rows' | 'too-deep'
  /** What it names; absent when the expression itself is the problem. */
  readonly names?: string
}

/**
 * What is wrong with the computed fields of a form. A field computes from fields before it only, one in a row from those
 * before it in the row and those before the group: so there is no circle, and an answer counts or does not before
 * anything is computed from it.
 */
export function expressionProblems({ fields }: Pick<FormDefinition, 'fields'>): ExpressionProblem[] {
  return problemsIn(fields, new Map(), '')
}

function problemsIn(
  fields: readonly Field[],
  outside: ReadonlyMap<string, Field | null>,
  prefix: string,
): ExpressionProblem[] {
  const before = new Map(outside)
  return fields.flatMap((field) => {
    const id = `${prefix}${field.id}`
    if (hasRows(field)) {
      // A name that a row has means the row's field, from the first one on.
      const around = new Map(before)
      for (const column of field.fields) around.set(column.id, null)
      const problems = problemsIn(field.fields, around, `${id}/`)
      before.set(field.id, field)
      return problems
    }
    const problems = field.type === 'computed' ? problemsOf(id, field.expression, before) : []
    before.set(field.id, field)
    return problems
  })
}

function problemsOf(
  id: string,
  expression: Expression,
  before: ReadonlyMap<string, Field | null>,
): ExpressionProblem[] {
  if (depthOf(expression) > deepestExpression) return [{ field: id, reason: 'too-deep' }]
  return leavesOf(expression).flatMap((leaf): ExpressionProblem[] => {
    if ('number' in leaf) return []
    const name = 'field' in leaf ? leaf.field : leaf.rowsOf
    const named = before.get(name)
    if (!named) return [{ field: id, reason: 'not-before', names: name }]
    if ('field' in leaf) return isNumeric(named) ? [] : [{ field: id, reason: 'not-a-number', names: name }]
    if (!hasRows(named)) return [{ field: id, reason: 'no-rows', names: name }]
    if (leaf.column === undefined) return []
    const column = named.fields.find((each) => each.id === leaf.column)
    const names = `${name}/${leaf.column}`
    if (!column) return [{ field: id, reason: 'not-before', names }]
    return leaf.take === 'count' || isNumeric(column) ? [] : [{ field: id, reason: 'not-a-number', names }]
  })
}

const isNumeric = ({ type }: Field) =>
  type === 'number' || type === 'temperature' || type === 'rating' || type === 'computed'

type Leaf = Extract<Expression, { number: number } | { field: string } | { rowsOf: string }>

function leavesOf(expression: Expression): Leaf[] {
  return 'number' in expression || 'field' in expression || 'rowsOf' in expression
    ? [expression]
    : partsOf(expression).flatMap(leavesOf)
}

/** Levels of an expression, counted no further than it takes to know that there are too many. */
function depthOf(expression: Expression, levels = 1): number {
  if (levels > deepestExpression) return levels
  return Math.max(levels, ...partsOf(expression).map((part) => depthOf(part, levels + 1)))
}
