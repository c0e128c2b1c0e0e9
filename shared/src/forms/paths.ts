import { answerOf, isRowsAnswer, type Answers, type AnswerValue, type RowsAnswer } from './answers.ts'
import { hasRows, type Field, type FormDefinition } from './definition.ts'

/**
 * Where an answer stands: the id of its field, or `tracks/rows/2/place` for the field of a row (from 0). Behind
 * `answers/` it is the pointer a problem gives.
 */
export type AnswerPath = string

export interface AnswerPlace {
  readonly field: string
  readonly row?: number
  readonly column?: string
}

export function answerPath({ field, row, column }: AnswerPlace): AnswerPath {
  if (row === undefined) return field
  return column === undefined ? `${field}/rows/${row}` : `${field}/rows/${row}/${column}`
}

/** The field and answer a path leads to; null when the form or the answers have none there. */
export function answerAt(
  form: FormDefinition,
  answers: Answers,
  path: AnswerPath,
): { readonly field: Field; readonly value: AnswerValue } | null {
  const [, id = path, row, column] = /^([^/]+)\/rows\/(\d{1,3})\/([^/]+)$/.exec(path) ?? []
  const field = form.fields.find((each) => each.id === id)
  const value = answerOf(answers, id)
  if (!field || value === undefined) return null
  if (row === undefined || column === undefined) return { field, value }
  const inside = hasRows(field) ? field.fields.find((each) => each.id === column) : undefined
  const cell = isRowsAnswer(value) ? answerOf(value.rows[Number(row)] ?? {}, column) : undefined
  return inside && cell !== undefined ? { field: inside, value: cell } : null
}

/*
 * A notice may speak of a whole group (`tracks`) or of one question in its rows (`tracks/companions`).
 */

/** Whether a field, or in any row a column, is answered. */
export function isAnsweredAt(answers: Readonly<Record<string, unknown>>, path: string): boolean {
  const [id = path, column] = path.split('/')
  const value = Object.hasOwn(answers, id) ? answers[id] : undefined
  if (column === undefined || value === undefined) return value !== undefined
  return isRows(value) && value.rows.some((row) => answerOf(row, column) !== undefined)
}

/** A form without some fields and columns. */
export function withoutFields<Form extends Pick<FormDefinition, 'fields'>>(
  form: Form,
  paths: readonly string[],
): Form {
  const fields = form.fields
    .filter(({ id }) => !paths.includes(id))
    .map((field) =>
      hasRows(field)
        ? { ...field, fields: field.fields.filter(({ id }) => !paths.includes(`${field.id}/${id}`)) }
        : field,
    )
  return { ...form, fields }
}

/** Answers without those to some fields and columns. */
export function withoutAnswers(answers: Answers, paths: readonly string[]): Answers {
  const left = Object.entries(answers)
    .filter(([id]) => !paths.includes(id))
    .map(([id, value]): [string, AnswerValue] => [
      id,
      isRows(value) ? withoutColumns(id, value, paths) : value,
    ])
  return Object.fromEntries(left)
}

function withoutColumns(id: string, { rows }: RowsAnswer, paths: readonly string[]): RowsAnswer {
  const kept = ([column]: [string, unknown]) => !paths.includes(`${id}/${column}`)
  return { rows: rows.map((row) => Object.fromEntries(Object.entries(row).filter(kept))) }
}

const isRows = (value: unknown): value is RowsAnswer =>
  typeof value === 'object' && value !== null && 'rows' in value && Array.isArray(value.rows)
