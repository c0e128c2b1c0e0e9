import { civilDayOf, wallTimeOf, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { FiledAs } from '@kangbao/shared/contracts/submissions.ts'
import { filedAsInWords } from '@kangbao/shared/filing/filed-as-words.ts'
import { answerOf, type Answers } from '@kangbao/shared/forms/answers.ts'
import { holdsAnswer, type Field, type FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { findingFacet } from '@kangbao/shared/forms/facets.ts'
import { maskedAnswers } from '@kangbao/shared/forms/masking.ts'
import type { Locale, LocalText } from '@kangbao/shared/locale.ts'
import { answerCell, words } from './words.ts'
import type { Cell } from './workbook.ts'

export interface ExportedPerson {
  readonly memberId: string
  readonly name: string
  readonly jobNumber: string
  readonly department: string
}

/** One submission, opened, with the version of the form it was filed for. */
export interface ExportedSubmission extends ExportedPerson {
  readonly period: string
  readonly number: string
  readonly filedAt: EpochMs
  readonly revisedAt: EpochMs
  readonly isAbnormal: boolean
  readonly facets: readonly number[]
  readonly filedAs: FiledAs | null
  readonly definition: FormDefinition
  readonly answers: Answers
}

/** How an export is written, decided once. */
export interface Layout {
  readonly locale: Locale
  readonly zone: string
  /** Whether ID numbers and phones stand in full. */
  readonly isFull: boolean
  readonly columns: readonly Column[]
}

export interface Column {
  readonly fieldId: string
  readonly label: LocalText
}

/**
 * A column per question that was ever asked, as the newest version that asks it calls it.
 * @param definitions Versions of the form, the newest first.
 * @param chosen Ids of the questions to put in; all unless given.
 */
export function columnsOf(definitions: readonly FormDefinition[], chosen?: readonly string[]): Column[] {
  const columns = new Map<string, Column>()
  for (const { fields } of definitions)
    for (const field of fields.filter(holdsAnswer))
      if (!columns.has(field.id) && (chosen?.includes(field.id) ?? true))
        columns.set(field.id, { fieldId: field.id, label: field.label })
  return [...columns.values()]
}

/** Wall time in the org's zone, to the minute. */
export function wallTime(at: EpochMs, zone: string): string {
  return `${civilDayOf(at, zone)} ${wallTimeOf(at, zone)}`
}

export function tableHeading({ locale, columns }: Layout): Cell[] {
  const w = words[locale]
  return [
    w.period,
    w.name,
    w.jobNumber,
    w.department,
    ...columns.map(({ label }) => label[locale]),
    w.abnormal,
    w.findings,
    w.filedAt,
    w.revisedAt,
    w.filedAs,
    w.number,
  ]
}

/** One row per submission. */
export function tableRow(layout: Layout, row: ExportedSubmission): Cell[] {
  const { locale, zone, columns } = layout
  const w = words[locale]
  const cells = cellsById(layout, row)
  return [
    row.period,
    row.name,
    row.jobNumber,
    row.department,
    ...columns.map(({ fieldId }) => cells.get(fieldId) ?? ''),
    row.isAbnormal ? w.yes : w.no,
    findingsText(row, locale),
    wallTime(row.filedAt, zone),
    wallTime(row.revisedAt, zone),
    row.filedAs ? filedAsInWords(row.filedAs, locale) : '',
    row.number,
  ]
}

export function longHeading({ locale }: Layout): Cell[] {
  const w = words[locale]
  return [w.period, w.name, w.jobNumber, w.department, w.question, w.answer, w.filedAt, w.number]
}

/** One row per answer. */
export function longRows(layout: Layout, row: ExportedSubmission): Cell[][] {
  const { locale, zone, columns } = layout
  const cells = cellsById(layout, row)
  return columns.flatMap(({ fieldId, label }) => {
    const cell = cells.get(fieldId)
    if (cell === undefined || cell === '') return []
    const person = [row.period, row.name, row.jobNumber, row.department]
    return [[...person, label[locale], cell, wallTime(row.filedAt, zone), row.number]]
  })
}

export function matrixHeading({ locale }: Layout, periods: readonly string[]): Cell[] {
  const w = words[locale]
  return [w.name, w.jobNumber, w.department, ...periods]
}

/** What stands of a person in one period: nothing when he was not asked and filed nothing. */
export interface MatrixCell {
  readonly isFiled: boolean
  readonly isAbnormal: boolean
  /** Only where the cells hold an answer. */
  readonly filed: Pick<ExportedSubmission, 'definition' | 'answers'> | null
}

/** One row per person. @param cell Id of the question in the cells; whether he filed, when null. */
export function matrixRow(
  layout: Layout,
  person: ExportedPerson,
  days: readonly (MatrixCell | undefined)[],
  cell: string | null,
): Cell[] {
  const w = words[layout.locale]
  const stateOf = ({ isFiled, isAbnormal }: MatrixCell) =>
    !isFiled ? w.missing : isAbnormal ? w.isAbnormal : w.filed
  return [
    person.name,
    person.jobNumber,
    person.department,
    ...days.map((day) => {
      if (day === undefined) return ''
      if (cell === null) return stateOf(day)
      return day.filed ? (cellsById(layout, day.filed).get(cell) ?? '') : ''
    }),
  ]
}

function cellsById(
  { isFull, locale }: Layout,
  { definition, answers }: Pick<ExportedSubmission, 'definition' | 'answers'>,
): ReadonlyMap<string, Cell> {
  const shown = isFull ? answers : maskedAnswers(definition, answers)
  const fields: readonly Field[] = definition.fields
  return new Map(fields.map((field) => [field.id, answerCell(field, answerOf(shown, field.id), locale)]))
}

function findingsText({ definition, facets }: ExportedSubmission, locale: Locale): string {
  return definition.findings
    .filter((rule) => rule.abnormal && facets.includes(findingFacet(rule)))
    .map(({ label }) => label[locale])
    .join(words[locale].between)
}
