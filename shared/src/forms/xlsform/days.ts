import { addDays, parseCivilDate } from '../../calendar/civil-day.ts'
import type { Condition, DayPoint, DayQuestion } from '../condition.ts'
import type { Field } from '../definition.ts'
import type { Look } from './read-condition.ts'
import { quoted, type Comparison, type XPath } from './xpath.ts'

/** `today()`, `date('2026-03-01')` or the date by itself, more or less so many days; null for anything else. */
export function dayPointOf(read: XPath): DayPoint | null {
  if (read.kind === 'sum' && read.right.kind === 'number' && Number.isInteger(read.right.value)) {
    const from = dayPointOf(read.left)
    if (from === null || (read.op !== '+' && read.op !== '-')) return null
    const days = read.op === '+' ? read.right.value : -read.right.value
    if (!('date' in from)) return { daysFromToday: from.daysFromToday + days }
    const date = parseCivilDate(from.date)
    return date && { date: addDays(date, days) }
  }
  if (read.kind === 'call' && read.name === 'today' && read.args.length === 0) return { daysFromToday: 0 }
  const [only, ...others] = read.kind === 'call' && read.name === 'date' ? read.args : [read]
  if (!only || others.length > 0) return null
  if (only.kind === 'call') return only === read ? null : dayPointOf(only)
  return only.kind === 'text' && parseCivilDate(only.value) ? { date: only.value } : null
}

/** A comparison of a date with a day, also as `today() - ${d} <= 14`; null when it is none. */
export function ofDays(op: Comparison, left: XPath, right: XPath, look: Look): Condition | null {
  const age = ageOf(left, look)
  if (age && right.kind === 'number' && Number.isInteger(right.value))
    return question(turnedOver[op], age, { daysFromToday: -right.value })
  const field = dateOf(left, look)
  const point = dayPointOf(right)
  return field && point && question(op, field, point)
}

const turnedOver: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '!=': '!=',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
}

function question(op: Comparison, { id }: Field, point: DayPoint): Condition {
  if (op === '<') return { field: id, before: point }
  if (op === '<=') return { field: id, notAfter: point }
  if (op === '>') return { field: id, after: point }
  if (op === '>=') return { field: id, notBefore: point }
  const same: Condition = { field: id, onDay: point }
  return op === '=' ? same : { not: same }
}

/** `${d}`, `date(${d})` */
function dateOf(read: XPath, look: Look): Field | null {
  if (read.kind === 'call' && read.name === 'date' && read.args.length === 1 && read.args[0])
    return dateOf(read.args[0], look)
  const field = read.kind === 'field' ? look(read.name)?.field : undefined
  return field?.type === 'date' || field?.type === 'date-time' ? field : null
}

/** `today() - ${d}`: how many days ago it was. */
function ageOf(read: XPath, look: Look): Field | null {
  if (read.kind !== 'sum' || read.op !== '-') return null
  const from = dayPointOf(read.left)
  return from && 'daysFromToday' in from && from.daysFromToday === 0 ? dateOf(read.right, look) : null
}

/** A question about a day as XPath. */
export function writeDays(asked: DayQuestion, field: Field): string {
  // A moment of a day is later than its beginning: the day it lies in is what is asked.
  const day = field.type === 'date-time' ? `date(\${${field.id}})` : `\${${field.id}}`
  if ('before' in asked) return `${day} < ${pointText(asked.before)}`
  if ('notAfter' in asked) return `${day} <= ${pointText(asked.notAfter)}`
  if ('onDay' in asked) return `${day} = ${pointText(asked.onDay)}`
  if ('notBefore' in asked) return `${day} >= ${pointText(asked.notBefore)}`
  if ('after' in asked) return `${day} > ${pointText(asked.after)}`
  return `(${day} >= ${pointText(asked.within.from)} and ${day} <= ${pointText(asked.within.to)})`
}

/** A day as XPath. */
export function pointText(point: DayPoint): string {
  if ('date' in point) return `date(${quoted(point.date) ?? "''"})`
  const days = point.daysFromToday
  if (days === 0) return 'today()'
  return days > 0 ? `today() + ${days}` : `today() - ${-days}`
}
