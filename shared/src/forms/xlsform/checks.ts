import { holdsAnswer, type Field, type FieldCheck } from '../definition.ts'
import type { Condition } from '../condition.ts'
import { conditionProblems } from '../design/condition-problems.ts'
import { isField } from '../design/content-schema.ts'
import { renamed } from '../design/renamed.ts'
import { describe, readConstraint, writeLimits } from './constraints.ts'
import { conditionOf, type Look } from './read-condition.ts'
import { decimalsOf, telling, type Tell } from './read-field.ts'
import type { Entry } from './read-survey.ts'
import { XlsFormFault } from './report.ts'
import { choosing, tidyCondition } from './tidy-condition.ts'
import { writeCondition } from './write-condition.ts'
import { longest, selfAs, type XPath } from './xpath.ts'

/*
 * A `constraint` says in one what stands apart here: the limits of a type, and the condition an answer has to meet. Each
 * part that a limit could be mistaken for is written `(… and true())`, which means the same everywhere.
 */

/** The answer itself, in a condition about to be written: no field has such a name, and no text such a letter. */
const self = '\u0000'

/** The constraint of a field; its condition is null where XLSForm has no words for it. */
export function writeConstraint(
  field: Field,
  near: readonly Field[],
): { readonly source: string; readonly own: Condition | null } {
  const limits = writeLimits(field)
  if (!field.check) return { source: limits, own: null }
  const around = [...near.filter(({ id }) => id !== field.id), { ...field, id: self }]
  const condition = tidyCondition(renamed(field.check.when, field.id, self), choosing(around))
  const parts = ('all' in condition ? condition.all : [condition]).map((part) => writeCondition(part, around))
  const known = parts
    .filter((part) => part !== null)
    .map((part) => marked(part.replaceAll(`\${${self}}`, '.'), field))
  const source = [limits, ...known].filter((part) => part !== '').join(' and ')
  if (known.length < parts.length || source.length > longest)
    return { source: limits, own: renamed(condition, self, field.id) }
  return { source, own: null }
}

/** Of another type's field it is no limit, but whoever reads it may not know. */
function marked(part: string, field: Field): string {
  const { rest } = readConstraint(part, field.type, 'decimals' in field ? field.decimals : 0)
  return rest.length === 1 ? part : `(${part} and true())`
}

interface Around {
  readonly look: Look
  readonly before: readonly Field[]
  readonly all: readonly Field[]
}

/** What an answer has to meet, by the constraint of its row, and what is said when it does not. */
export function checkOf(entry: Entry, { look, before, all }: Around, tell: Tell): FieldCheck | undefined {
  const { line, field, own, name } = entry
  const say = telling(line, tell)
  const message = line.text('constraint_message')
  const kept = ownCheck(field, own['check'])
  const when = kept ?? tidied(read())
  if (when === undefined) {
    if (message['zh-CN'] !== '') say('constraint_message', 'left-out', 'message.own', message['zh-CN'])
    return undefined
  }
  if (message['zh-CN'] === '') say('constraint_message', 'changed', 'message.missing')
  return { when, message }

  function read(): readonly Condition[] {
    return partsOf(entry).flatMap((part) => {
      try {
        const condition = conditionOf(selfAs(part, name), look)
        const isFit = conditionProblems(condition, [...before, field], all).length === 0
        if (isFit && holdsAnswer(field) && field.type !== 'computed') return [condition]
      } catch (error) {
        if (!(error instanceof XlsFormFault)) throw error
      }
      say('constraint', 'left-out', 'constraint.unknown', describe(part))
      return []
    })
  }
  function tidied(parts: readonly Condition[]): Condition | undefined {
    return parts.length === 0 ? undefined : tidyCondition({ all: parts }, choosing([field, ...before]))
  }
}

function partsOf({ line, field, word, own }: Entry): readonly XPath[] {
  try {
    return readConstraint(line.get('constraint'), field.type, decimalsOf(word, own)).rest
  } catch (error) {
    // It was told when the limits were read.
    if (error instanceof XlsFormFault) return []
    throw error
  }
}

function ownCheck(field: Field, when: unknown): Condition | undefined {
  const whole: unknown = { ...field, check: { when, message: { 'zh-CN': '', en: '' } } }
  return when !== undefined && isField(whole) ? whole.check?.when : undefined
}
