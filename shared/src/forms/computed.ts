import type { Answers } from './answers.ts'
import type { ComputedField, Field, FormDefinition } from './definition.ts'
import { deepestExpression, evaluate, partsOf, type Expression } from './expression.ts'

/** The value of a computed field, rounded as it is shown, kept and counted; undefined while it has none. */
export function computedAnswer({ expression, decimals }: ComputedField, before: Answers): number | undefined {
  const value = evaluate(expression, before)
  // JSON has no −0: what is kept must come back as it went.
  return value === undefined ? undefined : Number(value.toFixed(decimals)) + 0
}

export interface ExpressionProblem {
  readonly field: string
  readonly reason: 'not-before' | 'not-a-number' | 'too-deep'
  /** The field it names; absent when the expression itself is the problem. */
  readonly names?: string
}

/**
 * What is wrong with the computed fields of a form. A field computes from fields before it only: so there is no circle,
 * and an answer counts or does not before anything is computed from it.
 */
export function expressionProblems({ fields }: FormDefinition): ExpressionProblem[] {
  const before = new Map<string, Field>()
  return fields.flatMap((field) => {
    const problems = field.type === 'computed' ? problemsOf(field, before) : []
    before.set(field.id, field)
    return problems
  })
}

function problemsOf(
  { id, expression }: ComputedField,
  before: ReadonlyMap<string, Field>,
): ExpressionProblem[] {
  if (depthOf(expression) > deepestExpression) return [{ field: id, reason: 'too-deep' }]
  return namesOf(expression).flatMap((names): ExpressionProblem[] => {
    const named = before.get(names)
    if (!named) return [{ field: id, reason: 'not-before', names }]
    return isNumeric(named) ? [] : [{ field: id, reason: 'not-a-number', names }]
  })
}

const isNumeric = ({ type }: Field) =>
  type === 'number' || type === 'temperature' || type === 'rating' || type === 'computed'

function namesOf(expression: Expression): string[] {
  return 'field' in expression ? [expression.field] : partsOf(expression).flatMap(namesOf)
}

/** Levels of an expression, counted no further than it takes to know that there are too many. */
function depthOf(expression: Expression, levels = 1): number {
  if (levels > deepestExpression) return levels
  return Math.max(levels, ...partsOf(expression).map((part) => depthOf(part, levels + 1)))
}
