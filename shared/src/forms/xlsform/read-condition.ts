import type { Condition } from '../condition.ts'
import type { Field } from '../definition.ts'
import { dayPointOf, ofDays } from './days.ts'
import { XlsFormFault } from './report.ts'
import { tidyCondition, type IsChoice } from './tidy-condition.ts'
import { readXPath, type Comparison, type XPath } from './xpath.ts'

/** A field as expressions name it. */
export interface Named {
  readonly field: Field
  /** What a value of its list of choices is called here. */
  readonly valueOf: (value: string) => string
}
/** What a name means where an expression stands; nothing where there is no such field. */
export type Look = (name: string) => Named | undefined

/**
 * A `relevant` as a condition; undefined when it always holds.
 * @throws XlsFormFault
 */
export function readCondition(source: string, look: Look, isChoice: IsChoice): Condition | undefined {
  const read = readXPath(source)
  if (isTrue(read)) return undefined
  return tidyCondition(conditionOf(read, look), isChoice)
}

/** @throws XlsFormFault */
export function conditionOf(read: XPath, look: Look): Condition {
  if (read.kind === 'and')
    return { all: read.parts.filter((part) => !isTrue(part)).map((part) => conditionOf(part, look)) }
  if (read.kind === 'or') return { any: read.parts.map((part) => conditionOf(part, look)) }
  if (read.kind === 'compare') return compared(read.op, read.left, read.right, look)
  if (read.kind !== 'call') throw new XlsFormFault('xpath.comparison', wordOf(read))
  const [first, second] = read.args
  if (read.name === 'not' && first && read.args.length === 1) return { not: conditionOf(first, look) }
  if (first?.kind === 'field' && second?.kind === 'text') {
    const { field, valueOf } = named(first.name, look)
    if (read.name === 'selected') return { field: field.id, is: valueOf(second.value) }
    if (read.name === 'contains') return { field: field.id, contains: second.value }
    if (read.name === 'starts-with' && field.type === 'region')
      return { field: field.id, inRegions: [second.value] }
  }
  throw new XlsFormFault('xpath.function', read.name)
}

const isTrue = (read: XPath) => read.kind === 'call' && read.name === 'true'

function wordOf(read: XPath): string {
  if (read.kind === 'field') return `\${${read.name}}`
  if (read.kind === 'call') return `${read.name}()`
  return 'value' in read ? String(read.value) : read.kind
}

function named(name: string, look: Look): Named {
  const found = look(name)
  if (!found) throw new XlsFormFault('xpath.unknown-field', name)
  return found
}

const turned: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}
const isValue = (read: XPath) => read.kind === 'number' || read.kind === 'text'
const isFixed = (read: XPath) => isValue(read) || dayPointOf(read) !== null

function compared(op: Comparison, left: XPath, right: XPath, look: Look): Condition {
  if (isFixed(left) && !isFixed(right)) return compared(turned[op], right, left, look)
  const days = ofDays(op, left, right, look)
  if (days) return days
  const strange = () => new XlsFormFault('xpath.comparison', `${wordOf(left)} ${op} ${wordOf(right)}`)
  if (!isValue(right)) throw strange()
  if (left.kind === 'field') {
    const found = named(left.name, look)
    const condition =
      right.kind === 'text' ? ofText(op, found, right.value) : ofNumber(op, found, right.value)
    if (condition) return condition
  }
  const counted = right.kind === 'number' ? ofLength(op, left, right.value, look) : null
  if (counted) return counted
  const except = right.kind === 'number' && op === '>' && right.value === 0 ? exceptOf(left, look) : null
  if (except) return except
  throw strange()
}

function ofText(op: Comparison, { field, valueOf }: Named, value: string): Condition | null {
  const isEqual = op === '='
  if (!isEqual && op !== '!=') return null
  if (value === '') return { field: field.id, answered: !isEqual }
  if ('decimals' in field || field.type === 'rating')
    return /^-?\d+(\.\d+)?$/.test(value) ? ofNumber(op, { field, valueOf }, Number(value)) : null
  const is: Condition = { field: field.id, is: valueOf(value) }
  return isEqual ? is : { not: is }
}

function ofNumber(op: Comparison, { field, valueOf }: Named, value: number): Condition | null {
  const isNumeric = 'decimals' in field || field.type === 'rating'
  if (!isNumeric) return ofText(op, { field, valueOf }, String(value))
  const { id } = field
  if (op === '>=') return { field: id, atLeast: value }
  if (op === '>') return { field: id, moreThan: value }
  if (op === '<') return { field: id, lessThan: value }
  if (op === '<=') return { field: id, atMost: value }
  // There, an open answer is unlike every number.
  return op === '=' ? { field: id, equals: value } : { not: { field: id, equals: value } }
}

/** How much there is of an answer: whether there is any. */
function ofLength(op: Comparison, left: XPath, value: number, look: Look): Condition | null {
  if (left.kind !== 'call' || !['string-length', 'count-selected'].includes(left.name)) return null
  const [of] = left.args
  if (of?.kind !== 'field' || left.args.length !== 1) return null
  const { field } = named(of.name, look)
  const asked = `${op}${value}`
  if (['>0', '>=1', '!=0'].includes(asked)) return { field: field.id, answered: true }
  return ['=0', '<1', '<=0'].includes(asked) ? { field: field.id, answered: false } : null
}

/** `count-selected(${x}) - number(selected(${x}, 'a')) > 0`: anything besides `a`. */
function exceptOf(left: XPath, look: Look): Condition | null {
  if (left.kind !== 'sum' || left.op !== '-') return null
  const { left: count, right: minus } = left
  if (count.kind !== 'call' || count.name !== 'count-selected') return null
  if (minus.kind !== 'call' || minus.name !== 'number') return null
  const [of] = count.args
  const [selected] = minus.args
  if (of?.kind !== 'field' || selected?.kind !== 'call' || selected.name !== 'selected') return null
  const [same, value] = selected.args
  if (same?.kind !== 'field' || same.name !== of.name || value?.kind !== 'text') return null
  const { field, valueOf } = named(of.name, look)
  return { field: field.id, anyExcept: valueOf(value.value) }
}
