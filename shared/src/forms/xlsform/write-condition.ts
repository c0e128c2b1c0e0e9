import {
  isDayQuestion,
  isNumberQuestion,
  type Condition,
  type NumberQuestion,
  type RegionQuestion,
} from '../condition.ts'
import type { Field } from '../definition.ts'
import { writeDays } from './days.ts'
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
  if (isNumberQuestion(condition)) return writeNumber(condition)
  if (isDayQuestion(condition)) return writeDays(condition, field)
  if ('inRegions' in condition || 'outsideRegions' in condition) return writeRegions(condition)
  const answer = `\${${field.id}}`
  if ('answered' in condition) return `${answer} ${condition.answered ? '!=' : '='} ''`
  if ('contains' in condition) return called('contains', answer, condition.contains)
  const isOf = (value: string) => {
    if (field.type === 'multiple-choice') return called('selected', answer, value)
    const text = quoted(value)
    return text === null ? null : `${answer} = ${text}`
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

function called(name: string, answer: string, value: string): string | null {
  const text = quoted(value)
  return text === null ? null : `${name}(${answer}, ${text})`
}

function writeNumber(asked: NumberQuestion): string {
  const compared = (sign: string, value: number) => `\${${asked.field}} ${sign} ${numberText(value)}`
  if ('atLeast' in asked) return compared('>=', asked.atLeast)
  if ('atMost' in asked) return compared('<=', asked.atMost)
  if ('moreThan' in asked) return compared('>', asked.moreThan)
  if ('lessThan' in asked) return compared('<', asked.lessThan)
  if ('equals' in asked) return compared('=', asked.equals)
  // There, an open answer is unlike every number.
  if ('differs' in asked) return `(\${${asked.field}} != '' and ${compared('!=', asked.differs)})`
  return `(${compared('>=', asked.between.from)} and ${compared('<=', asked.between.to)})`
}

function writeRegions(asked: RegionQuestion): string | null {
  const answer = `\${${asked.field}}`
  const regions = 'inRegions' in asked ? asked.inRegions : asked.outsideRegions
  const each = regions.map((code) => called('starts-with', answer, code))
  if (each.length === 0 || each.includes(null)) return null
  const isIn = each.length === 1 ? (each[0] ?? '') : `(${each.join(' or ')})`
  return 'inRegions' in asked ? isIn : `(${answer} != '' and not(${isIn}))`
}

function joined(word: string, parts: readonly Condition[], fields: readonly Field[]): string | null {
  const each = parts.map((part) => writeCondition(part, fields))
  if (each.length === 0 || each.includes(null)) return null
  return each.length === 1 ? (each[0] ?? null) : `(${each.join(` ${word} `)})`
}
