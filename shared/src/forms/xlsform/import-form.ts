import { readContent } from '../design/content-schema.ts'
import { blankContent, designLimits, type FormContent } from '../design/content.ts'
import { readChoices } from './choices.ts'
import { finishFields } from './finish-fields.ts'
import { ownColumns, readOwnColumn } from './own-column.ts'
import { readSurvey } from './read-survey.ts'
import type { XlsFormItem } from './report.ts'
import { plainLanguage, tableOf, type XlsFormBook } from './tables.ts'
import { choicesColumns, notCarried, settingsColumns, surveyColumns } from './vocabulary.ts'

export interface XlsFormImport {
  readonly content: FormContent
  /** Fields that were carried, those in rows included. */
  readonly carried: number
  /** What was not carried as it stood, in the order of the sheets. */
  readonly items: readonly XlsFormItem[]
}

const namesOf = (columns: readonly string[]) => [...new Set(columns.map((name) => name.split('::')[0] ?? ''))]

/**
 * A form out of the sheets of an XLSForm. Whatever it cannot carry as it stands is told, by sheet, row and column.
 * @returns null when the workbook has no sheet `survey` with the columns `type` and `name`.
 */
export function importXlsForm(book: XlsFormBook): XlsFormImport | null {
  const told: XlsFormItem[] = []
  const known = new Set<string>()
  const tell = (item: XlsFormItem) => {
    const key = [item.sheet, item.row, item.column, item.reason].join()
    if (!known.has(key)) told.push(item)
    known.add(key)
  }
  const plain = plainLanguage(book.settings)
  const table = (sheet: keyof XlsFormBook, columns: readonly string[]) =>
    tableOf(book[sheet], { sheet, known: namesOf(columns), plain }, tell)
  const survey = table('survey', [...surveyColumns, ...Object.keys(notCarried), ...ownColumns])
  if (!survey.has('type') || !survey.has('name')) return null
  const lists = readChoices(table('choices', choicesColumns), tell)
  const fields = finishFields(readSurvey(survey, lists, tell), tell)
  const [settings] = table('settings', [...settingsColumns, ...ownColumns]).lines
  const blank = blankContent()
  const title = (settings?.get('form_title') ?? '').slice(0, designLimits.textLength)
  const standard = { ...blank, title: { ...blank.title, 'zh-CN': title }, fields }
  const own = readOwnColumn((column) => settings?.get(column) ?? '')
  const content = own && readContent(withOwn(standard, own))
  if (!content && settings)
    tell({
      sheet: 'settings',
      row: settings.no,
      column: 'kangbao',
      outcome: 'left-out',
      reason: 'kangbao.unread',
    })
  const carried = fields.reduce((sum, field) => sum + 1 + ('fields' in field ? field.fields.length : 0), 0)
  return { content: content ?? standard, carried, items: told }
}

function withOwn(content: FormContent, own: Readonly<Record<string, unknown>>): object {
  const { title, ...rest } = own
  const known = ['description', 'period', 'findings', 'notice']
  return {
    ...content,
    ...(typeof title === 'string' ? { title: { ...content.title, en: title } } : {}),
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => known.includes(key))),
  }
}
