import type { Condition } from '../condition.ts'
import type { Field } from '../definition.ts'
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
  if (read.kind === 'call' && read.name === 'true') return undefined
  return tidyCondition(conditionOf(read, look), isChoice)
}

function conditionOf(read: XPath, look: Look): Condition {
  if (read.kind === 'and') return { all: read.parts.map((part) => conditionOf(part, look)) }
  if (read.kind === 'or') return { any: read.parts.map((part) => conditionOf(part, look)) }
  if (read.kind === 'compare') return compared(read.op, read.left, read.right, look)
  if (read.kind !== 'call') throw new XlsFormFault('xpath.comparison', wordOf(read))
  const [first, second] = read.args
  if (read.name === 'not' && first && read.args.length === 1) return { not: conditionOf(first, look) }
  if (read.name === 'selected' && first?.kind === 'field' && second?.kind === 'text') {
    const { field, valueOf } = named(first.name, look)
    return { field: field.id, is: valueOf(second.value) }
  }
  throw new XlsFormFault('xpath.function', read.name)
}

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

function compared(op: Comparison, left: XPath, right: XPath, look: Look): Condition {
  if (isValue(left) && !isValue(right)) return compared(turned[op], right, left, look)
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

/** Of numbers there is "at least"; the others follow from it, since answers have so many decimals and no more. */
function ofNumber(op: Comparison, { field, valueOf }: Named, value: number): Condition | null {
  const isNumeric = 'decimals' in field || field.type === 'rating'
  if (!isNumeric) return ofText(op, { field, valueOf }, String(value))
  const decimals = 'decimals' in field ? field.decimals : 0
  const least = (atLeast: number): Condition => ({ field: field.id, atLeast })
  const below = (atLeast: number): Condition => ({
    all: [{ field: field.id, answered: true }, { not: least(atLeast) }],
  })
  const above = nextAfter(value, decimals)
  const equal: Condition = { all: [least(value), { not: least(above) }] }
  if (op === '>=') return least(value)
  if (op === '>') return least(above)
  if (op === '<') return below(value)
  if (op === '<=') return below(above)
  return op === '=' ? equal : { not: equal }
}

/** The first number after one that has so many decimals. */
function nextAfter(value: number, decimals: number): number {
  const scale = 10 ** decimals
  return Number(((Math.floor(Number((value * scale).toFixed(3))) + 1) / scale).toFixed(decimals))
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
