import type { Field } from '../definition.ts'
import { hasRows } from '../definition.ts'
import type { Expression } from '../expression.ts'
import type { Look } from './read-condition.ts'
import { XlsFormFault } from './report.ts'
import { numberText, readXPath, type XPath } from './xpath.ts'

export interface Calculation {
  readonly expression: Expression
  /** What it is rounded to; absent when it is not. */
  readonly decimals?: number
}

/** Where the one column of that name in rows is; undefined when there is none, or more. */
export type LookInRows = (
  name: string,
) => { readonly group: string; readonly column: string | null } | undefined

/**
 * A `calculation` of numbers.
 * @throws XlsFormFault
 */
export function readCalculation(source: string, look: Look, lookInRows: LookInRows): Calculation {
  const read = readXPath(source)
  if (read.kind === 'call' && read.name === 'round') {
    const [of, digits] = read.args
    if (of && digits?.kind === 'number' && digits.value >= 0 && digits.value <= 6)
      return { expression: expressionOf(of, look, lookInRows), decimals: Math.floor(digits.value) }
  }
  return { expression: expressionOf(read, look, lookInRows) }
}

function expressionOf(read: XPath, look: Look, lookInRows: LookInRows): Expression {
  const of = (part: XPath) => expressionOf(part, look, lookInRows)
  if (read.kind === 'number') return { number: read.value }
  if (read.kind === 'field') return { field: fieldNamed(read.name, look) }
  if (read.kind === 'sum') {
    const pair = [of(read.left), of(read.right)] as const
    if (read.op === '+') return { add: pair }
    if (read.op === '*') return { multiply: pair }
    return read.op === '-' ? { subtract: pair } : { divide: pair }
  }
  if (read.kind === 'compare') {
    const [left, right] = [of(read.left), of(read.right)]
    if (read.op === '<') return { lessThan: [left, right] }
    if (read.op === '>') return { lessThan: [right, left] }
    if (read.op === '<=') return { atMost: [left, right] }
    if (read.op === '>=') return { atMost: [right, left] }
    const equals: Expression = { equals: [left, right] }
    return read.op === '=' ? equals : { subtract: [{ number: 1 }, equals] }
  }
  if (read.kind !== 'call') throw new XlsFormFault('calculation.not-a-number', read.kind)
  return called(read.name, read.args, { of, look, lookInRows })
}

interface Reading {
  readonly of: (part: XPath) => Expression
  readonly look: Look
  readonly lookInRows: LookInRows
}

function called(name: string, args: readonly XPath[], { of, look, lookInRows }: Reading): Expression {
  const [first, second, third] = args
  const rows = first?.kind === 'field' && args.length === 1 ? lookInRows(first.name) : undefined
  if (name === 'if' && first && second && third) return { if: of(first), then: of(second), else: of(third) }
  if (name === 'coalesce' && first?.kind === 'field' && second?.kind === 'number')
    return { field: fieldNamed(first.name, look), ifOpen: second.value }
  if (name === 'number' && first && args.length === 1) return of(first)
  if (name === 'count' && rows) return { rowsOf: rows.group, take: 'count' }
  if (name === 'sum' && rows?.column) return { rowsOf: rows.group, take: 'sum', column: rows.column }
  if (name === 'min' || name === 'max') {
    if (rows?.column) return { rowsOf: rows.group, take: name, column: rows.column }
    const parts = args.map(of)
    const [only] = parts
    if (only && parts.length === 1) return only
    if (only) return name === 'min' ? { min: parts } : { max: parts }
  }
  throw new XlsFormFault('xpath.function', name)
}

function fieldNamed(name: string, look: Look): string {
  const found = look(name)
  if (!found) throw new XlsFormFault('xpath.unknown-field', name)
  const { field } = found
  if (!('decimals' in field) && field.type !== 'rating')
    throw new XlsFormFault('calculation.not-a-number', `\${${name}}`)
  return field.id
}

/** An expression in the form an import gives it: sums and products by twos. It is worth what the given one is. */
export function tidyExpression(expression: Expression): Expression {
  if ('add' in expression) return byTwos(expression.add, (left, right) => ({ add: [left, right] }))
  if ('multiply' in expression)
    return byTwos(expression.multiply, (left, right) => ({ multiply: [left, right] }))
  if ('min' in expression) return severalOf(expression.min, (min) => ({ min }))
  if ('max' in expression) return severalOf(expression.max, (max) => ({ max }))
  const pair = ([left, right]: readonly [Expression, Expression]) =>
    [tidyExpression(left), tidyExpression(right)] as const
  if ('subtract' in expression) return { subtract: pair(expression.subtract) }
  if ('divide' in expression) return { divide: pair(expression.divide) }
  if ('lessThan' in expression) return { lessThan: pair(expression.lessThan) }
  if ('atMost' in expression) return { atMost: pair(expression.atMost) }
  if ('equals' in expression) return { equals: pair(expression.equals) }
  if (!('if' in expression)) return expression
  const { if: asked, then, else: other } = expression
  return { if: tidyExpression(asked), then: tidyExpression(then), else: tidyExpression(other) }
}

function byTwos(
  parts: readonly Expression[],
  join: (left: Expression, right: Expression) => Expression,
): Expression {
  return parts.map(tidyExpression).reduce(join)
}

function severalOf(
  parts: readonly Expression[],
  of: (parts: readonly Expression[]) => Expression,
): Expression {
  const tidy = parts.map(tidyExpression)
  const [only] = tidy
  return only && tidy.length === 1 ? only : of(tidy)
}

/** An expression as a `calculation`; null when XLSForm has no words for it. */
export function writeExpression(expression: Expression, fields: readonly Field[]): string | null {
  const of = (part: Expression) => writeExpression(part, fields)
  const list = (parts: readonly Expression[], join: (texts: readonly string[]) => string) => {
    const texts = parts.map(of)
    const known = texts.filter((text) => text !== null)
    return texts.length === 0 || known.length < texts.length ? null : join(known)
  }
  const joined = (sign: string, parts: readonly Expression[]) =>
    list(parts, (texts) => texts.reduce((left, right) => `(${left} ${sign} ${right})`))
  if ('number' in expression) return numberText(expression.number)
  if ('field' in expression) {
    const answer = `\${${expression.field}}`
    return expression.ifOpen === undefined ? answer : `coalesce(${answer}, ${numberText(expression.ifOpen)})`
  }
  if ('rowsOf' in expression) return overRows(expression, fields)
  if ('if' in expression)
    return list([expression.if, expression.then, expression.else], (parts) => `if(${parts.join(', ')})`)
  if ('add' in expression) return joined('+', expression.add)
  if ('multiply' in expression) return joined('*', expression.multiply)
  const several = (name: string, parts: readonly Expression[]) =>
    list(parts, (texts) => (texts.length === 1 ? (texts[0] ?? '') : `${name}(${texts.join(', ')})`))
  if ('min' in expression) return several('min', expression.min)
  if ('max' in expression) return several('max', expression.max)
  if ('subtract' in expression) return joined('-', expression.subtract)
  if ('divide' in expression) return joined('div', expression.divide)
  if ('lessThan' in expression) return joined('<', expression.lessThan)
  return 'atMost' in expression ? joined('<=', expression.atMost) : joined('=', expression.equals)
}

type OverRows = Extract<Expression, { rowsOf: string }>

/** XLSForm names a column and not its group: where another has the name, it is not said. */
function overRows({ rowsOf, take, column }: OverRows, fields: readonly Field[]): string | null {
  if (column === undefined) return `count(\${${rowsOf}})`
  // There it counts every row, not those that are answered.
  if (take === 'count') return null
  const bearers = fields.filter(
    (field) => field.id === column || (hasRows(field) && field.fields.some(({ id }) => id === column)),
  )
  return bearers.length === 1 ? `${take}(\${${column}})` : null
}
