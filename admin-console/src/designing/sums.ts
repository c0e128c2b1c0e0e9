import type { Expression } from '@kangbao/shared/forms/expression.ts'

export const signs = ['add', 'subtract', 'multiply', 'divide'] as const
export type Sign = (typeof signs)[number]

/** One step of a sum that is worked out from left to right; the first step's sign means nothing. */
export interface Step {
  readonly sign: Sign
  readonly operand: { readonly field: string } | { readonly number: number }
}

/** The expression of steps: `a + b × c` is (a + b) × c, as on a pocket calculator. */
export function expressionOf(steps: readonly Step[]): Expression {
  const [first, ...rest] = steps
  return rest.reduce<Expression>(
    (left, { sign, operand }) => joined(sign, left, operand),
    first?.operand ?? { number: 0 },
  )
}

function joined(sign: Sign, left: Expression, right: Expression): Expression {
  if (sign === 'add') return { add: [left, right] }
  if (sign === 'multiply') return { multiply: [left, right] }
  return sign === 'subtract' ? { subtract: [left, right] } : { divide: [left, right] }
}

/** The steps of an expression; null when it is not worked out from left to right and came from elsewhere. */
export function stepsOf(expression: Expression): readonly Step[] | null {
  if ('number' in expression) return [{ sign: 'add', operand: expression }]
  if ('field' in expression)
    return expression.ifOpen === undefined ? [{ sign: 'add', operand: { field: expression.field } }] : null
  for (const sign of signs) {
    const parts = partsUnder(expression, sign)
    const [left, right] = parts ?? []
    if (!left || !right || parts?.length !== 2) continue
    const before = stepsOf(left)
    if (!before || !('number' in right || ('field' in right && right.ifOpen === undefined))) return null
    return [...before, { sign, operand: right }]
  }
  return null
}

function partsUnder(expression: Expression, sign: Sign): readonly Expression[] | null {
  if (sign === 'add') return 'add' in expression ? expression.add : null
  if (sign === 'multiply') return 'multiply' in expression ? expression.multiply : null
  if (sign === 'subtract') return 'subtract' in expression ? expression.subtract : null
  return 'divide' in expression ? expression.divide : null
}
