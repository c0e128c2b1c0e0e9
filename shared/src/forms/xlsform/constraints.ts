import type { DayBound, Field } from '../definition.ts'
import { designLimits } from '../design/content.ts'
import { pointText } from './days.ts'
import { XlsFormFault } from './report.ts'
import { numberText, quoted, readXPath, type Comparison, type XPath } from './xpath.ts'

/** What a constraint says of an answer, as far as there is a word for it here. */
export interface Limits {
  readonly min?: number
  readonly max?: number
  readonly maxLength?: number
  readonly earliest?: DayBound
  readonly latest?: DayBound
  /** Options that exclude the others, as the workbook calls them. */
  readonly exclusive?: readonly string[]
}

const turned: Readonly<Partial<Record<Comparison, Comparison>>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

/**
 * A `constraint` of a field with so many decimals.
 * @throws XlsFormFault naming the part nothing corresponds to.
 */
export function readConstraint(source: string, decimals: number): Limits {
  const read = readXPath(source)
  const parts = read.kind === 'and' ? read.parts : [read]
  return parts.reduce<Limits>((limits, part) => {
    const { exclusive = [], ...rest } = limitOf(part, decimals)
    return { ...limits, ...rest, exclusive: [...(limits.exclusive ?? []), ...exclusive] }
  }, {})
}

const isSelf = (read: XPath | undefined) => read?.kind === 'self'
const calls = (read: XPath | undefined, name: string) =>
  read?.kind === 'call' && read.name === name ? read.args : null

function limitOf(read: XPath, decimals: number): Limits {
  const unknown = new XlsFormFault('constraint.unknown', describe(read))
  if (read.kind !== 'compare') {
    const exclusive = exclusiveOf(read)
    if (exclusive === null) throw unknown
    return { exclusive: [exclusive] }
  }
  const about = (side: XPath) => isSelf(side) || isSelf(calls(side, 'string-length')?.[0])
  if (!about(read.left) && about(read.right)) {
    const op = turned[read.op] ?? read.op
    return limitOf({ ...read, op, left: read.right, right: read.left }, decimals)
  }
  const { op, left, right } = read
  const isAtLeast = op === '>=' || op === '>'
  const isAtMost = op === '<=' || op === '<'
  if (!isAtLeast && !isAtMost) throw unknown
  const isStrict = op === '>' || op === '<'
  const days = isSelf(left) ? daysOf(right) : null
  if (days !== null) {
    if (isAtLeast) return { earliest: { daysFromToday: isStrict ? days + 1 : days } }
    return { latest: { daysFromToday: isStrict ? days - 1 : days } }
  }
  if (right.kind !== 'number') throw unknown
  if (!isSelf(left)) {
    const length = Math.floor(isStrict ? right.value - 1 : right.value)
    if (isAtLeast && length + (isStrict ? 2 : 0) <= 1) return {}
    if (!isAtMost || length < 1 || length > designLimits.answerLength) throw unknown
    return { maxLength: length }
  }
  const step = isStrict ? 10 ** -decimals : 0
  if (isAtLeast) return { min: rounded(right.value + step) }
  return { max: rounded(right.value - step) }
}

const rounded = (value: number) => Number(value.toFixed(designLimits.decimals))

/** `today()`, more or less so many days. */
function daysOf(read: XPath): number | null {
  if (calls(read, 'today')?.length === 0 || calls(read, 'now')?.length === 0) return 0
  if (read.kind !== 'sum' || calls(read.left, 'today')?.length !== 0 || read.right.kind !== 'number')
    return null
  if (!Number.isInteger(read.right.value)) return null
  if (read.op === '+') return read.right.value
  return read.op === '-' ? -read.right.value : null
}

/** `not(selected(., 'a') and count-selected(.) > 1)` */
function exclusiveOf(read: XPath): string | null {
  const [both] = calls(read, 'not') ?? []
  if (both?.kind !== 'and' || both.parts.length !== 2) return null
  const [first, second] = both.parts
  const [self, value] = calls(first, 'selected') ?? []
  const isMoreThanOne =
    second?.kind === 'compare' &&
    isSelf(calls(second.left, 'count-selected')?.[0]) &&
    second.right.kind === 'number' &&
    ['>1', '>=2'].includes(`${second.op}${second.right.value}`)
  return isSelf(self) && value?.kind === 'text' && isMoreThanOne ? value.value : null
}

function describe(read: XPath): string {
  if (read.kind === 'compare') return `${describe(read.left)} ${read.op} ${describe(read.right)}`
  if (read.kind === 'call') return `${read.name}(…)`
  if (read.kind === 'field') return `\${${read.name}}`
  if (read.kind === 'self') return '.'
  return 'value' in read ? String(read.value) : '…'
}

/** The constraint of a field; empty when there is none. */
export function writeConstraint(field: Field): string {
  const parts: string[] = []
  if (field.type === 'text' || field.type === 'long-text')
    parts.push(`string-length(.) <= ${field.maxLength}`)
  if (field.type === 'number' || field.type === 'temperature')
    parts.push(`. >= ${numberText(field.min)}`, `. <= ${numberText(field.max)}`)
  if (field.type === 'date' || field.type === 'date-time') {
    if (field.min) parts.push(`. >= ${dayText(field.min.daysFromToday)}`)
    // A moment of that day is later than its beginning.
    if (field.max && field.type === 'date') parts.push(`. <= ${dayText(field.max.daysFromToday)}`)
    if (field.max && field.type === 'date-time') parts.push(`. < ${dayText(field.max.daysFromToday + 1)}`)
  }
  if (field.type === 'multiple-choice')
    for (const { value, exclusive } of field.options) {
      const text = exclusive ? quoted(value) : null
      if (text !== null) parts.push(`not(selected(., ${text}) and count-selected(.) > 1)`)
    }
  return parts.join(' and ')
}

const dayText = (daysFromToday: number) => pointText({ daysFromToday })
