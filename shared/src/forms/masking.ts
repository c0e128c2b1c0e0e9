import { maskIdNumber } from '../identity/id-number.ts'
import { maskMobile } from '../identity/phone.ts'
import {
  answerOf,
  isRowsAnswer,
  type Answers,
  type AnswerValue,
  type OneAnswer,
  type RowAnswers,
} from './answers.ts'
import { hasRows, type Field, type FormDefinition, type RowsField } from './definition.ts'
import { answerPath, type AnswerPath } from './paths.ts'

const masks: Partial<Readonly<Record<Field['type'], (text: string) => string>>> = {
  'id-number': maskIdNumber,
  phone: maskMobile,
}

/** Whether others than the person see this answer masked (S-36). */
export const isMasked = (field: Field): boolean => masks[field.type] !== undefined

function maskedValue(field: Field, value: AnswerValue): AnswerValue {
  if (hasRows(field) && isRowsAnswer(value)) return { rows: value.rows.map((row) => maskedRow(field, row)) }
  return typeof value === 'string' ? (masks[field.type]?.(value) ?? value) : value
}

function maskedRow({ fields }: RowsField, row: RowAnswers): RowAnswers {
  const types = new Map(fields.map(({ id, type }) => [id, type]))
  return Object.fromEntries(
    Object.entries(row).map(([id, value]) => {
      const type = types.get(id)
      const mask = type && masks[type]
      return [id, mask && typeof value === 'string' ? mask(value) : value]
    }),
  )
}

/** Answers as anybody but the person sees them: ID numbers 2 + 2, phones 3 + 4, in rows as well (S-36). */
export function maskedAnswers({ fields }: FormDefinition, answers: Answers): Answers {
  const byId = new Map(fields.map((field) => [field.id, field]))
  return Object.fromEntries(
    Object.entries(answers).map(([id, value]) => {
      const field = byId.get(id)
      return [id, field ? maskedValue(field, value) : value]
    }),
  )
}

/** Paths of the answers that are masked, each of which may be opened by itself. */
export function maskedPaths({ fields }: FormDefinition, answers: Answers): AnswerPath[] {
  return fields.flatMap((field) => {
    const value = answerOf(answers, field.id)
    if (value === undefined) return []
    if (!hasRows(field) || !isRowsAnswer(value)) return isMasked(field) ? [field.id] : []
    const columns = field.fields.filter(isMasked)
    return value.rows.flatMap((cells, row) =>
      columns
        .filter(({ id }) => answerOf(cells, id) !== undefined)
        .map(({ id }) => answerPath({ field: field.id, row, column: id })),
    )
  })
}

/** Answers sent back by somebody who saw them masked: a mask left as it was means the answer behind it. */
export function withKept(form: FormDefinition, given: Answers, stored: Answers): Answers {
  const shown = maskedAnswers(form, stored)
  const byId = new Map(form.fields.map((field) => [field.id, field]))
  return Object.fromEntries(
    Object.entries(given).map(([id, value]) => {
      const field = byId.get(id)
      const before = answerOf(stored, id)
      if (!field || before === undefined) return [id, value]
      if (hasRows(field) && isRowsAnswer(value) && isRowsAnswer(before))
        return [id, { rows: rowsWithKept(field, value.rows, before.rows) }]
      return [id, isMasked(field) && value === answerOf(shown, id) ? before : value]
    }),
  )
}

/**
 * Rows may have been removed or added meanwhile, so the answer behind a mask is looked for by the mask. Where several
 * are possible, the row that reads the same otherwise decides, then the same place among as many rows; and if that does
 * not, the mask stays and is refused rather than given to the wrong row.
 */
function rowsWithKept(
  field: RowsField,
  given: readonly RowAnswers[],
  stored: readonly RowAnswers[],
): RowAnswers[] {
  const shown = stored.map((row) => maskedRow(field, row))
  const columns = field.fields.filter(isMasked).map(({ id }) => id)
  return given.map((row, place) => {
    const next: Record<string, OneAnswer> = { ...row }
    for (const column of columns) {
      const mask = answerOf(row, column)
      const fits = stored.filter((_, i) => mask !== undefined && answerOf(shown[i] ?? {}, column) === mask)
      const alike = fits.filter((each) => isAlike(maskedRow(field, each), row))
      const here = given.length === stored.length ? fits.filter((each) => each === stored[place]) : []
      const kept = [fits, alike, here]
        .map((rows) => onlyOne(rows, column))
        .find((value) => value !== undefined)
      if (kept !== undefined) next[column] = kept
    }
    return next
  })
}

function onlyOne(rows: readonly RowAnswers[], column: string): OneAnswer | undefined {
  const values = new Set(rows.map((row) => answerOf(row, column)))
  return values.size === 1 ? [...values][0] : undefined
}

function isAlike(one: RowAnswers, other: RowAnswers): boolean {
  const ids = Object.keys(one)
  return (
    ids.length === Object.keys(other).length &&
    ids.every((id) => JSON.stringify(one[id]) === JSON.stringify(answerOf(other, id)))
  )
}

/** Whether a text is a mask of such a field, so that a form can send it back unchanged. */
export function looksMasked(type: Field['type'], value: AnswerValue): boolean {
  if (typeof value !== 'string') return false
  if (type === 'id-number') return /^\d{2}\*{14}[\dX]{2}$/.test(value)
  return type === 'phone' && /^1\d{2}\*{4}\d{4}$/.test(value)
}
