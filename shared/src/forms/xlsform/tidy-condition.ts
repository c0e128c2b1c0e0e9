import type { Condition, DayQuestion, NumberQuestion } from '../condition.ts'
import type { Field } from '../definition.ts'
import { isReversed } from '../design/condition-problems.ts'

/** Whether a field is answered by choosing, so that it can be asked for any of several. */
export type IsChoice = (field: string) => boolean

/** Says it of fields by their ids, the first of a name. */
export const choosing =
  (fields: readonly Field[]): IsChoice =>
  (id) => {
    const field = fields.find((each) => each.id === id)
    return field !== undefined && 'options' in field
  }

/**
 * A condition in the form an import gives it: what lies in lists of the same kind is one list, what asks the same of one
 * field one question. It holds exactly when the given one does.
 */
export function tidyCondition(condition: Condition, isChoice: IsChoice): Condition {
  const tidy = (part: Condition) => tidyCondition(part, isChoice)
  if ('not' in condition) return { not: tidy(condition.not) }
  if ('all' in condition) {
    const parts = condition.all.map(tidy).flatMap((part) => ('all' in part ? part.all : [part]))
    return listOf('all', ranges(exclusions(parts)))
  }
  if ('any' in condition) {
    const parts = condition.any.map(tidy).flatMap((part) => ('any' in part ? part.any : [part]))
    return listOf('any', choices(parts, isChoice))
  }
  if ('anyOf' in condition) return optionsOf(condition.field, condition.anyOf) ?? condition
  if ('inRegions' in condition) return { ...condition, inRegions: [...new Set(condition.inRegions)] }
  if ('outsideRegions' in condition)
    return { ...condition, outsideRegions: [...new Set(condition.outsideRegions)] }
  return condition
}

function listOf(kind: 'all' | 'any', parts: readonly Condition[]): Condition {
  const [first] = parts
  if (first && parts.length === 1) return first
  return kind === 'all' ? { all: parts } : { any: parts }
}

function optionsOf(field: string, values: readonly string[]): Condition | null {
  const different = [...new Set(values)]
  const [first] = different
  if (first === undefined) return null
  return different.length === 1 ? { field, is: first } : { field, anyOf: different }
}

/** Answered and not `a`: `isNot a`, and the like of numbers and regions. */
function exclusions(parts: readonly Condition[]): Condition[] {
  return joined(parts, (before, part) => {
    if (!('answered' in before) || !before.answered || !('not' in part)) return null
    const { not } = part
    if (!('field' in not) || not.field !== before.field) return null
    if ('is' in not) return { field: not.field, isNot: not.is }
    if ('equals' in not) return { field: not.field, differs: not.equals }
    return 'inRegions' in not ? { field: not.field, outsideRegions: not.inRegions } : null
  })
}

/** At least and at most of one field: between. */
function ranges(parts: readonly Condition[]): Condition[] {
  return joined(parts, (before, part) => {
    if (!('field' in before) || !('field' in part) || before.field !== part.field) return null
    const one = rangeOf(before, part)
    return one && !isReversed(one) ? one : null
  })
}

function rangeOf(before: Condition, part: Condition): NumberQuestion | DayQuestion | null {
  if ('atLeast' in before && 'atMost' in part)
    return { field: part.field, between: { from: before.atLeast, to: part.atMost } }
  return 'notBefore' in before && 'notAfter' in part
    ? { field: part.field, within: { from: before.notBefore, to: part.notAfter } }
    : null
}

/** A list in which neighbours that are one question are one. */
function joined(
  parts: readonly Condition[],
  join: (before: Condition, part: Condition) => Condition | null,
): Condition[] {
  const out: Condition[] = []
  for (const part of parts) {
    const before = out.at(-1)
    const one = before === undefined ? null : join(before, part)
    if (one) out.splice(-1, 1, one)
    else out.push(part)
  }
  return out
}

/** `a` or `b` of the same field: any of them; likewise of regions. */
function choices(parts: readonly Condition[], isChoice: IsChoice): Condition[] {
  return joined(parts, (before, part) => {
    if ('inRegions' in before && 'inRegions' in part && before.field === part.field)
      return { field: part.field, inRegions: [...new Set([...before.inRegions, ...part.inRegions])] }
    const wanted = valuesOf(part)
    const known = valuesOf(before)
    return wanted && known && wanted.field === known.field && isChoice(known.field)
      ? optionsOf(known.field, [...known.values, ...wanted.values])
      : null
  })
}

function valuesOf(part: Condition): { readonly field: string; readonly values: readonly string[] } | null {
  if ('is' in part) return { field: part.field, values: [part.is] }
  return 'anyOf' in part ? { field: part.field, values: part.anyOf } : null
}
