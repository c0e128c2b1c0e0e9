import type { CivilDate } from '../calendar/civil-day.ts'
import {
  answerOf,
  isRowsAnswer,
  rowLimits,
  tidied,
  type Answers,
  type AnswerValue,
  type OneAnswer,
  type RowAnswers,
} from './answers.ts'
import { computedAnswer } from './computed.ts'
import { holds } from './condition.ts'
import {
  hasRows,
  holdsAnswer,
  type Field,
  type FormDefinition,
  type RowField,
  type RowsField,
} from './definition.ts'

/** One row as a person sees it. */
export interface ShownRow {
  readonly fields: readonly RowField[]
  readonly answers: RowAnswers
}

export interface Shown {
  readonly fields: readonly Field[]
  /** The answers that count: those of the fields shown, and what is computed from them. */
  readonly answers: Answers
  /** The rows of each group and table shown, by its id; a table has all of its rows from the start. */
  readonly rows: ReadonlyMap<string, readonly ShownRow[]>
}

/**
 * What a person sees with these answers, in order. A field hidden by another hidden field's answer is hidden too: an
 * answer counts only while its own field is visible, and as it will be kept. Inside a row a name means the row's own
 * field first, then the form's.
 * @param today civil day of filing in the org's zone: of stored answers the day they were given.
 */
export function shownWith(form: FormDefinition, all: Answers, today: CivilDate): Shown {
  const answers: Record<string, AnswerValue> = {}
  const rows = new Map<string, readonly ShownRow[]>()
  const fields = form.fields.filter((field) => {
    if (field.visibleWhen && !holds(field.visibleWhen, answers, today)) return false
    if (!holdsAnswer(field)) return true
    const given = field.type === 'computed' ? computedAnswer(field, answers) : tidied(answerOf(all, field.id))
    const shown = hasRows(field) ? shownRows(field, given, answers, today) : null
    if (shown) rows.set(field.id, shown)
    const isAnswered = field.type === 'table' && shown ? !shown.every(isOpen) : given !== undefined
    if (shown && isAnswered) answers[field.id] = { rows: shown.map((row) => row.answers) }
    else if (isAnswered && given !== undefined) answers[field.id] = given
    return true
  })
  return { fields, answers, rows }
}

/** Whether nobody answered anything in a row; what is computed is nobody's answer. */
export function isOpen({ fields, answers }: ShownRow): boolean {
  return fields.every(({ id, type }) => type === 'computed' || answerOf(answers, id) === undefined)
}

/** Null for what cannot be read as rows; that is told when the answers are checked. */
function shownRows(
  field: RowsField,
  value: AnswerValue | undefined,
  outside: Answers,
  today: CivilDate,
): ShownRow[] | null {
  if (value !== undefined && !isRowsAnswer(value)) return null
  const given = value?.rows ?? []
  const own = new Set(field.fields.map(({ id }) => id))
  const around = Object.fromEntries(Object.entries(outside).filter(([id]) => !own.has(id)))
  // No more than any definition may have: what is beyond is refused, and not worth the walk.
  const count = field.type === 'table' ? field.rowLabels.length : Math.min(given.length, rowLimits.rows)
  return Array.from({ length: count }, (_, i) => shownRow(field.fields, given[i] ?? {}, around, today))
}

function shownRow(
  columns: readonly RowField[],
  given: RowAnswers,
  around: Answers,
  today: CivilDate,
): ShownRow {
  const scope: Record<string, AnswerValue> = { ...around }
  const answers: Record<string, OneAnswer> = {}
  const fields = columns.filter((field) => {
    if (field.visibleWhen && !holds(field.visibleWhen, scope, today)) return false
    const value = field.type === 'computed' ? computedAnswer(field, scope) : tidied(answerOf(given, field.id))
    if (value === undefined) return true
    scope[field.id] = value
    answers[field.id] = value
    return true
  })
  return { fields, answers }
}

/** The fields a person sees with these answers, in order. */
export function visibleFields(form: FormDefinition, answers: Answers, today: CivilDate): readonly Field[] {
  return shownWith(form, answers, today).fields
}
