import type { DayBound, Field, FieldType } from '../definition.ts'
import { designLimits } from '../design/content.ts'
import { pointText } from './days.ts'
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

export interface Constraint {
  readonly limits: Limits
  /** What no limit of such a field says: conditions an answer has to meet. */
  readonly rest: readonly XPath[]
}

/**
 * A `constraint` of a field of that type, with so many decimals. The first of each limit is the limit; what is said twice
 * is a condition.
 * @throws XlsFormFault when it cannot be read.
 */
export function readConstraint(source: string, type: FieldType, decimals: number): Constraint {
  if (source === '') return { limits: {}, rest: [] }
  const read = readXPath(source)
  const parts = read.kind === 'and' ? read.parts : [read]
  return parts.reduce<Constraint>(
    ({ limits, rest }, part) => {
      const found = limitOf(part, decimals)
      if (found === null || !fits(found, limits, type)) return { limits, rest: [...rest, part] }
      const { exclusive = [], ...more } = found
      return { limits: { ...limits, ...more, exclusive: [...(limits.exclusive ?? []), ...exclusive] }, rest }
    },
    { limits: {}, rest: [] },
  )
}

/** What each type can be limited by. */
const limited: Readonly<Partial<Record<FieldType, readonly (keyof Limits)[]>>> = {
  number: ['min', 'max'],
  temperature: ['min', 'max'],
  text: ['maxLength'],
  'long-text': ['maxLength'],
  date: ['earliest', 'latest'],
  'date-time': ['earliest', 'latest'],
  'multiple-choice': ['exclusive'],
}

function fits(found: Limits, before: Limits, type: FieldType): boolean {
  const known: readonly string[] = limited[type] ?? []
  return Object.keys(found).every((key) => known.includes(key) && (key === 'exclusive' || !(key in before)))
}

const isSelf = (read: XPath | undefined) => read?.kind === 'self'
const calls = (read: XPath | undefined, name: string) =>
  read?.kind === 'call' && read.name === name ? read.args : null
const isLength = (read: XPath) => isSelf(calls(read, 'string-length')?.[0])

/** The limit a part says; empty for one that always holds, null for what is no limit. */
function limitOf(read: XPath, decimals: number): Limits | null {
  if (read.kind !== 'compare') {
    const exclusive = exclusiveOf(read)
    return exclusive === null ? null : { exclusive: [exclusive] }
  }
  const about = (side: XPath) => isSelf(side) || isLength(side)
  if (!about(read.left)) {
    if (!about(read.right)) return null
    return limitOf({ ...read, op: turned[read.op] ?? read.op, left: read.right, right: read.left }, decimals)
  }
  const { op, left, right } = read
  const isAtLeast = op === '>=' || op === '>'
  const isAtMost = op === '<=' || op === '<'
  if (!isAtLeast && !isAtMost) return null
  const isStrict = op === '>' || op === '<'
  const days = isSelf(left) ? daysOf(right) : null
  if (days !== null) {
    if (isAtLeast) return { earliest: { daysFromToday: isStrict ? days + 1 : days } }
    return { latest: { daysFromToday: isStrict ? days - 1 : days } }
  }
  if (right.kind !== 'number') return null
  if (isLength(left)) return lengthOf(right.value, isAtLeast, isStrict)
  const step = isStrict ? 10 ** -decimals : 0
  if (isAtLeast) return { min: rounded(right.value + step) }
  return { max: rounded(right.value - step) }
}

function lengthOf(value: number, isAtLeast: boolean, isStrict: boolean): Limits | null {
  const length = Math.floor(isStrict ? value - 1 : value)
  if (isAtLeast) return length + (isStrict ? 2 : 0) <= 1 ? {} : null
  return length < 1 || length > designLimits.answerLength ? null : { maxLength: length }
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

/** A part in a few words, to be told by. */
export function describe(read: XPath): string {
  if (read.kind === 'compare') return `${describe(read.left)} ${read.op} ${describe(read.right)}`
  if (read.kind === 'call') return `${read.name}(…)`
  if (read.kind === 'field') return `\${${read.name}}`
  if (read.kind === 'self') return '.'
  return 'value' in read ? String(read.value) : '…'
}

/** The limits of a field as a constraint; empty when there are none. */
export function writeLimits(field: Field): string {
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
