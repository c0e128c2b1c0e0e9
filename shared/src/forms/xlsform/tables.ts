import type { LocalText } from '../../locale.ts'
import { designLimits } from '../design/content.ts'
import type { XlsFormItem, XlsFormSheet } from './report.ts'
import { notCarried } from './vocabulary.ts'

/** A row of a sheet: its number as the spreadsheet shows it, and its cells as text. */
export interface XlsFormRow {
  readonly no: number
  readonly cells: readonly string[]
}

/** The sheets of a workbook that make a form. */
export type XlsFormBook = Readonly<Partial<Record<XlsFormSheet, readonly XlsFormRow[]>>>

type Language = 'zh-CN' | 'en'
const texts = ['label', 'hint', 'constraint_message'] as const
type TextColumn = (typeof texts)[number]

/** One row under its headings. */
export interface Line {
  readonly no: number
  /** The cell below a heading; empty when there is none. */
  get(column: string): string
  /** The same in whatever language there is one. */
  inAnyLanguage(column: string): string
  /** The texts below `label` and the like, in both languages. */
  text(column: TextColumn): LocalText
}

export interface Table {
  readonly lines: readonly Line[]
  has(column: string): boolean
}

/** Columns that say nothing of the form, or are read under another name. */
const silent = /^(note|notes|comment|comments|#.*|)$/
const aliases: Readonly<Record<string, string>> = {
  'list name': 'list_name',
  value: 'name',
  calculate: 'calculation',
  relevance: 'relevant',
  'constraint message': 'constraint_message',
  'required message': 'required_message',
  'default language': 'default_language',
  title: 'form_title',
  id_string: 'form_id',
}

interface Heading {
  readonly name: string
  readonly language: Language | 'plain' | 'other'
}

function languageOf(text: string): Language | 'other' {
  const code = (/\(([^)]*)\)\s*$/.exec(text)?.[1] ?? text).trim().toLowerCase()
  if (/^(zh|zh[-_].*|chinese.*|中文.*|简体.*|汉语)$/.test(code)) return 'zh-CN'
  return /^(en|en[-_].*|english.*)$/.test(code) ? 'en' : 'other'
}

function headingOf(cell: string): Heading {
  const [first = '', language] = cell.split('::').map((part) => part.trim())
  const lower = first.toLowerCase()
  const name = aliases[lower] ?? lower
  return { name, language: language === undefined ? 'plain' : languageOf(language) }
}

/**
 * A sheet by its headings.
 * @param known columns that are read; what stands in others is told once for each.
 * @param plain what a text without a language is in.
 */
export function tableOf(
  rows: readonly XlsFormRow[] | undefined,
  { sheet, known, plain }: { sheet: XlsFormSheet; known: readonly string[]; plain: Language },
  tell: (item: XlsFormItem) => void,
): Table {
  const [head, ...body] = rows ?? []
  const headings = (head?.cells ?? []).map(headingOf)
  const isRead = ({ name, language }: Heading) =>
    known.includes(name) &&
    (language === 'plain' || name in notCarried || (language !== 'other' && isText(name)))
  headings.forEach((heading, i) => {
    const isUsed = body.some(({ cells }) => (cells[i] ?? '').trim() !== '')
    if (!isUsed || isRead(heading) || silent.test(heading.name)) return
    const column = head?.cells[i] ?? ''
    tell({ sheet, row: head?.no ?? 1, column, outcome: 'left-out', reason: 'column.unknown' })
  })
  const at = (name: string, language: Heading['language']) =>
    headings.findIndex((heading) => heading.name === name && heading.language === language)
  const lines = body
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ no, cells }): Line => {
      const cell = (i: number) => (i < 0 ? '' : (cells[i] ?? '').trim())
      const inLanguage = (column: TextColumn, language: Language) =>
        cell(at(column, language)) || (language === plain ? cell(at(column, 'plain')) : '')
      return {
        no,
        get: (column) => cell(at(column, 'plain')),
        inAnyLanguage: (column) =>
          headings.map(({ name }, i) => (name === column ? cell(i) : '')).find((text) => text !== '') ?? '',
        text(column) {
          const chinese = inLanguage(column, 'zh-CN')
          const english = inLanguage(column, 'en')
          const said = { sheet, row: no, column, outcome: 'changed' } as const
          if (chinese === '' && english !== '') tell({ ...said, reason: 'label.no-chinese', detail: english })
          const most = designLimits.textLength
          if (Math.max(chinese.length, english.length) > most) tell({ ...said, reason: 'text.cut' })
          return { 'zh-CN': (chinese || english).slice(0, most), en: english.slice(0, most) }
        },
      }
    })
  return { lines, has: (column) => headings.some(({ name }) => name === column) }
}

const isText = (name: string): name is TextColumn => texts.some((text) => text === name)

/** The language of texts that name none: the form's default, Chinese unless it says English. */
export function plainLanguage(settings: readonly XlsFormRow[] | undefined): Language {
  const at = settings?.[0]?.cells.findIndex((cell) => headingOf(cell).name === 'default_language') ?? -1
  return languageOf(settings?.[1]?.cells[at] ?? 'zh') === 'en' ? 'en' : 'zh-CN'
}
