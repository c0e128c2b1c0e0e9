import type { CivilDate } from '../calendar/civil-day.ts'
import { answerOf, isRowsAnswer, rowLimits, tidied, type Answers, type AnswerValue } from './answers.ts'
import { fieldsAsked, holds } from './condition.ts'
import { hasRows, holdsAnswer, type Field, type FormDefinition, type RowsField } from './definition.ts'
import { problemOf, type Found, type ProblemReason } from './field-checks.ts'
import { looksMasked } from './masking.ts'
import { isOpen, shownWith, type ShownRow } from './visibility.ts'

export type { ProblemReason }

/** One thing wrong with one answer. */
export interface FieldProblem extends Found {
  readonly field: string
  /** Index of the row it is in, of a group or table. */
  readonly row?: number
  /** The field inside the row; absent when the whole row is the problem. */
  readonly column?: string
}

export type Validation =
  | { readonly ok: true; readonly answers: Answers }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] }

interface Checking {
  readonly today: CivilDate
  readonly keepsMasks: boolean
}

/**
 * Checks answers against a form: the same code on the phone and on the server (Z-34, Z-35).
 * Answers to hidden fields are dropped, computed ones computed again; answers to fields the form does not have are a problem.
 * @param today civil day of filing, in the org's zone; relative date bounds count from it.
 * @param options.keepsMasks on a screen that corrects: masks as the server made them pass, to be sent back (S-36).
 */
export function validateAnswers(
  form: FormDefinition,
  given: Answers,
  today: CivilDate,
  { keepsMasks = false }: { keepsMasks?: boolean } = {},
): Validation {
  const problems: FieldProblem[] = unknownTo(form.fields.filter(holdsAnswer), given).map((field) => ({
    field,
    reason: 'field.unknown',
  }))
  const answers: Record<string, AnswerValue> = {}
  const shown = shownWith(form, given, today)
  for (const field of shown.fields) {
    if (!holdsAnswer(field)) continue
    const value = answerOf(shown.answers, field.id)
    const rows = shown.rows.get(field.id)
    const found = [
      ...ownProblems(field, value, given, { today, keepsMasks }),
      ...(hasRows(field) && rows && value !== undefined
        ? rowsProblems(field, rows, answerOf(given, field.id), { today, keepsMasks, around: shown.answers })
        : []),
    ]
    if (value !== undefined && found.length === 0)
      found.push(...checkProblems(field, shown.answers, { today, keepsMasks }))
    problems.push(...found)
    if (value !== undefined && found.length === 0) answers[field.id] = value
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, answers }
}

function unknownTo(fields: readonly Pick<Field, 'id'>[], given: object): string[] {
  const known = new Set(fields.map(({ id }) => id))
  return Object.keys(given).filter((id) => !known.has(id))
}

function ownProblems(
  field: Field,
  value: AnswerValue | undefined,
  given: Answers,
  checking: Checking,
): FieldProblem[] {
  const found = hasRows(field) ? rowCount(field, value, given, checking) : cellProblem(field, value, checking)
  return found ? [{ field: field.id, ...found }] : []
}

/** How many rows there are is judged by what was sent: what is kept of it is cut to what can be walked. */
function rowCount(
  field: RowsField,
  value: AnswerValue | undefined,
  given: Answers,
  { today }: Checking,
): Found | null {
  const sent = tidied(answerOf(given, field.id))
  const found = sent === undefined ? null : problemOf(field, sent, today)
  return found ?? (value === undefined ? missing(field) : null)
}

/** Whether an answer meets what the form asks of it beside its type. */
function checkProblems(
  { id, check }: Field,
  answers: Answers,
  { today, keepsMasks }: Checking,
): FieldProblem[] {
  if (!check || holds(check.when, answers, today)) return []
  // Nobody can judge what he does not see: the server will.
  if (keepsMasks && fieldsAsked(check.when).some((each) => isHidden(answerOf(answers, each)))) return []
  const { 'zh-CN': zh, en } = check.message
  return [{ field: id, reason: 'check.failed', params: { zh, en: en || zh } }]
}

const isHidden = (value: AnswerValue | undefined) =>
  isRowsAnswer(value) ||
  (typeof value === 'string' && (looksMasked('phone', value) || looksMasked('id-number', value)))

const missing = ({ required }: Field): Found | null => (required ? { reason: 'required' } : null)

function cellProblem(
  field: Field,
  value: AnswerValue | undefined,
  { today, keepsMasks }: Checking,
): Found | null {
  if (value === undefined) return missing(field)
  return keepsMasks && looksMasked(field.type, value) ? null : problemOf(field, value, today)
}

/** What is wrong inside the rows, from top to bottom, each problem with its row and column. */
function rowsProblems(
  { id, type, fields }: RowsField,
  rows: readonly ShownRow[],
  given: AnswerValue | undefined,
  checking: Checking & { readonly around: Answers },
): FieldProblem[] {
  // In a row its own question of a name comes first.
  const own = new Set(fields.map((each) => each.id))
  const around = Object.fromEntries(Object.entries(checking.around).filter(([each]) => !own.has(each)))
  const sent = isRowsAnswer(given) ? given.rows : []
  return rows.flatMap((shown, row): FieldProblem[] => {
    const found: FieldProblem[] = unknownTo(fields, sent[row] ?? {})
      .slice(0, rowLimits.columns)
      .map((column) => ({ field: id, row, column, reason: 'field.unknown' }))
    for (const column of shown.fields) {
      const value = answerOf(shown.answers, column.id)
      const problem = cellProblem(column, value, checking)
      const [failed] =
        problem === null && value !== undefined
          ? checkProblems(column, { ...around, ...shown.answers }, checking)
          : []
      if (problem) found.push({ field: id, row, column: column.id, ...problem })
      if (failed) found.push({ ...failed, field: id, row, column: column.id })
    }
    // A row nobody wrote in is either a slip or a wish: never dropped in silence, which would move those below it.
    const isIdle = type === 'group' && found.length === 0 && isOpen(shown)
    return isIdle ? [{ field: id, row, reason: 'row.empty' }] : found
  })
}
