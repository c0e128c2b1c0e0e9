import type { Condition } from '../condition.ts'
import type { Field } from '../definition.ts'
import { numberText, quoted } from './xpath.ts'

/** A condition as a `relevant`; null when XLSForm has no words for it. */
export function writeCondition(condition: Condition, fields: readonly Field[]): string | null {
  if ('all' in condition) return joined('and', condition.all, fields)
  if ('any' in condition) return joined('or', condition.any, fields)
  if ('not' in condition) {
    const of = writeCondition(condition.not, fields)
    return of === null ? null : `not(${of})`
  }
  // A row is asked about only where it stands.
  if ('someRow' in condition) return null
  const field = fields.find(({ id }) => id === condition.field)
  if (!field) return null
  const answer = `\${${field.id}}`
  if ('answered' in condition) return `${answer} ${condition.answered ? '!=' : '='} ''`
  if ('atLeast' in condition) return `${answer} >= ${numberText(condition.atLeast)}`
  const isOf = (value: string) => {
    const text = quoted(value)
    if (text === null) return null
    return field.type === 'multiple-choice' ? `selected(${answer}, ${text})` : `${answer} = ${text}`
  }
  if ('is' in condition) return condition.is === '' ? null : isOf(condition.is)
  if ('isNot' in condition) {
    const is = condition.isNot === '' ? null : isOf(condition.isNot)
    return is === null ? null : `(${answer} != '' and not(${is}))`
  }
  if ('anyExcept' in condition) {
    const text = quoted(condition.anyExcept)
    return text === null ? null : `count-selected(${answer}) - number(selected(${answer}, ${text})) > 0`
  }
  const each = condition.anyOf.map(isOf)
  if (each.length === 0 || each.includes(null)) return null
  return each.length === 1 ? (each[0] ?? null) : `(${each.join(' or ')})`
}

function joined(word: string, parts: readonly Condition[], fields: readonly Field[]): string | null {
  const each = parts.map((part) => writeCondition(part, fields))
  if (each.length === 0 || each.includes(null)) return null
  return each.length === 1 ? (each[0] ?? null) : `(${each.join(` ${word} `)})`
}
