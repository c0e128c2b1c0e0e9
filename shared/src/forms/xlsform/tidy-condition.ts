import type { Condition } from '../condition.ts'
import type { Field } from '../definition.ts'

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
    return listOf('all', exclusions(parts))
  }
  if ('any' in condition) {
    const parts = condition.any.map(tidy).flatMap((part) => ('any' in part ? part.any : [part]))
    return listOf('any', choices(parts, isChoice))
  }
  if ('anyOf' in condition) return optionsOf(condition.field, condition.anyOf) ?? condition
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

/** Answered and not `a`: `isNot a`. */
function exclusions(parts: readonly Condition[]): Condition[] {
  const out: Condition[] = []
  for (const part of parts) {
    const before = out.at(-1)
    const isPair =
      before !== undefined &&
      'answered' in before &&
      before.answered &&
      'not' in part &&
      'is' in part.not &&
      part.not.field === before.field
    if (isPair && 'not' in part && 'is' in part.not)
      out.splice(-1, 1, { field: part.not.field, isNot: part.not.is })
    else out.push(part)
  }
  return out
}

/** `a` or `b` of the same field: any of them. */
function choices(parts: readonly Condition[], isChoice: IsChoice): Condition[] {
  const out: Condition[] = []
  for (const part of parts) {
    const before = out.at(-1)
    const wanted = valuesOf(part)
    const known = before === undefined ? null : valuesOf(before)
    const joined =
      wanted && known && wanted.field === known.field && isChoice(known.field)
        ? optionsOf(known.field, [...known.values, ...wanted.values])
        : null
    if (joined) out.splice(-1, 1, joined)
    else out.push(part)
  }
  return out
}

function valuesOf(part: Condition): { readonly field: string; readonly values: readonly string[] } | null {
  if ('is' in part) return { field: part.field, values: [part.is] }
  return 'anyOf' in part ? { field: part.field, values: part.anyOf } : null
}
