import type { Condition } from '../condition.ts'
import { hasRows, isRowField, type Field, type RowsField } from '../definition.ts'
import { conditionProblems } from '../design/condition-problems.ts'
import { isField } from '../design/content-schema.ts'
import { checkOf } from './checks.ts'
import { readCalculation, type LookInRows } from './calculations.ts'
import { readCondition, type Look } from './read-condition.ts'
import { telling, type Tell } from './read-field.ts'
import type { Entry } from './read-survey.ts'
import { XlsFormFault } from './report.ts'
import { choosing, tidyCondition } from './tidy-condition.ts'

/** What an entry stands among. */
interface Surroundings {
  readonly look: Look
  readonly lookInRows: LookInRows
  /** Fields a condition here may ask about, and all there are. */
  readonly before: readonly Field[]
  readonly all: readonly Field[]
}

/** The fields with their conditions and calculations, in order. */
export function finishFields(entries: readonly Entry[], tell: Tell): Field[] {
  const done: Field[] = []
  const all = entries.map(({ field }) => field)
  const lookInRows = lookerInRows(entries)
  const look = lookerOf(entries)
  for (const entry of entries) {
    const finished = finish(entry, { look, lookInRows, before: [...done], all }, tell)
    if (!finished) continue
    const whole = hasRows(finished)
      ? withColumns(finished, entry, { entries, done, lookInRows }, tell)
      : finished
    if (whole) done.push(whole)
  }
  return done
}

function withColumns(
  field: RowsField,
  entry: Entry,
  around: { entries: readonly Entry[]; done: readonly Field[]; lookInRows: LookInRows },
  tell: Tell,
): Field | null {
  const outer = lookerOf(around.entries)
  const inner = lookerOf(entry.columns)
  const columns = entry.columns.map((column) => column.field)
  const outside = around.done.filter(({ id }) => !columns.some((column) => column.id === id))
  const done: Field[] = []
  for (const column of entry.columns) {
    const surroundings = {
      look: (name: string) => inner(name) ?? outer(name),
      lookInRows: around.lookInRows,
      before: [...done, ...outside],
      all: [...columns, ...around.entries.map((each) => each.field)],
    }
    const finished = finish(column, surroundings, tell)
    if (finished) done.push(finished)
  }
  const whole = { ...field, fields: done.filter(isRowField) }
  if (isField(whole)) return whole
  telling(entry.line, tell)('', 'left-out', 'field.unfit')
  return null
}

const lookerOf =
  (entries: readonly Entry[]): Look =>
  (name) => {
    const entry = entries.find((each) => each.name === name)
    return entry && { field: entry.field, valueOf: entry.choices?.valueOf ?? ((value) => value) }
  }

function lookerInRows(entries: readonly Entry[]): LookInRows {
  const columns = entries.flatMap(({ field, columns: own }) =>
    own.map(({ name, field: column }) => ({ name, group: field.id, column: column.id })),
  )
  return (name) => {
    const group = entries.find((each) => each.name === name && hasRows(each.field))
    if (group) return { group: group.field.id, column: null }
    const found = columns.filter((each) => each.name === name)
    return found.length === 1 ? found[0] : undefined
  }
}

function finish(entry: Entry, around: Surroundings, tell: Tell): Field | null {
  const condition = conditionOf(entry, around, tell)
  const field = calculated(entry, around, tell)
  if (!field) return null
  const check = checkOf(entry, around, tell)
  const whole = {
    ...field,
    ...(condition === undefined ? {} : { visibleWhen: condition }),
    ...(check === undefined ? {} : { check }),
  }
  if (isField(whole)) return whole
  telling(entry.line, tell)('relevant', 'left-out', 'condition.unfit')
  return field
}

function conditionOf(entry: Entry, around: Surroundings, tell: Tell): Condition | undefined {
  const own = ownCondition(entry)
  const isChoice = choosing(around.all)
  if (own) return own
  const parts = entry.relevants.flatMap(({ line, source }) => {
    const say = telling(line, tell)
    try {
      const read = readCondition(source, around.look, isChoice)
      if (read === undefined) return []
      if (conditionProblems(read, around.before, around.all).length === 0) return [read]
      say('relevant', 'left-out', 'condition.unfit')
    } catch (error) {
      if (!(error instanceof XlsFormFault)) throw error
      say('relevant', 'left-out', error.reason, error.detail)
    }
    return []
  })
  return parts.length === 0 ? undefined : tidyCondition({ all: parts }, isChoice)
}

/** One that XLSForm has no words for stands in the column of our own. */
function ownCondition({ own, relevants, field }: Entry): Condition | undefined {
  const given = relevants.length === 0 ? own['visibleWhen'] : undefined
  const whole: unknown = { ...field, visibleWhen: given }
  return given !== undefined && isField(whole) ? whole.visibleWhen : undefined
}

function calculated({ field, line, own }: Entry, around: Surroundings, tell: Tell): Field | null {
  if (field.type !== 'computed') return field
  const source = line.get('calculation')
  const kept: unknown = { ...field, expression: own['expression'], decimals: own['decimals'] }
  if (source === '' && isField(kept)) return kept
  try {
    return { ...field, ...readCalculation(source, around.look, around.lookInRows) }
  } catch (error) {
    if (!(error instanceof XlsFormFault)) throw error
    telling(line, tell)('calculation', 'left-out', error.reason, error.detail)
    return null
  }
}
