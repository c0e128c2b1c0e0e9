import type { LocalText } from '../../locale.ts'
import { hasRows, type Field, type FindingRule, type RowsField } from '../definition.ts'
import type { FormContent } from '../design/content.ts'
import { fieldTypeNames } from '../design/design-texts.ts'
import { tidyExpression, writeExpression } from './calculations.ts'
import { writeConstraint } from './checks.ts'
import { ownColumnOf, ownColumns, writeOwnColumn } from './own-column.ts'
import type { XlsFormItem, XlsFormReason, XlsFormSheet } from './report.ts'
import { choosing, tidyCondition } from './tidy-condition.ts'
import {
  appearances,
  choicesColumns,
  plainElsewhere,
  settingsColumns,
  surveyColumns,
  wordOf,
} from './vocabulary.ts'
import { writeCondition } from './write-condition.ts'
import { longest } from './xpath.ts'

interface SurveyRow {
  readonly cells: Partial<Record<(typeof surveyColumns)[number], string>>
  /** What stands in the columns of our own. */
  readonly own: readonly string[]
}

export interface XlsFormExport {
  /** Rows of each sheet, the headings first. */
  readonly sheets: Readonly<Record<XlsFormSheet, readonly (readonly string[])[]>>
  /** What other software will not know of. */
  readonly items: readonly XlsFormItem[]
}

/** A form as the sheets of an XLSForm. What XLSForm has no words for stands in a column of our own. */
export function exportXlsForm(
  content: FormContent,
  { id, version }: { id: string; version: number },
): XlsFormExport {
  const writing = new Writing(content.fields)
  for (const field of content.fields) writing.add(field)
  writing.endSection()
  const { title, description, period, notice } = content
  const findings = content.findings.map(withoutPeople)
  const own = writeOwnColumn({ title: title.en, description, period, findings, notice })
  const settings = [title['zh-CN'], id, String(version), 'zh']
  if (findings.length > 0) writing.tell('settings', 2, 'export.kangbao', 'findings')
  for (const { label, alerts } of content.findings)
    if (alerts && alerts.people.length > 0) writing.tell('settings', 2, 'export.people', label['zh-CN'])
  return {
    sheets: {
      survey: withOwn(
        surveyColumns,
        writing.survey.map(({ cells, own }) => ({
          cells: surveyColumns.map((name) => cells[name] ?? ''),
          own,
        })),
      ),
      choices: [choicesColumns, ...writing.choices],
      settings: withOwn(settingsColumns, [{ cells: settings, own }]),
    },
    items: writing.items,
  }
}

/** Rows below their headings, with as many columns of our own as the longest of them needs, and one at least. */
function withOwn(
  headings: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly own: readonly string[] }[],
): string[][] {
  const added = ownColumns.slice(0, Math.max(1, ...rows.map(({ own }) => own.length)))
  return [
    [...headings, ...added],
    ...rows.map(({ cells, own }) => [...cells, ...added.map((_, i) => own[i] ?? '')]),
  ]
}

/** People are this organisation's, and a form that moves on takes nobody along. */
const withoutPeople = ({ alerts, ...rule }: FindingRule): FindingRule =>
  alerts ? { ...rule, alerts: { ...alerts, people: [] } } : rule

class Writing {
  readonly survey: SurveyRow[] = []
  readonly choices: string[][] = []
  readonly items: XlsFormItem[] = []
  readonly #fields: readonly Field[]
  readonly #lists = new Set<string>()
  #isInSection = false

  constructor(fields: readonly Field[]) {
    this.#fields = fields
  }

  tell(sheet: XlsFormSheet, row: number, reason: XlsFormReason, detail: string): void {
    this.items.push({ sheet, row, column: 'kangbao', outcome: 'changed', reason, detail })
  }

  add(field: Field): void {
    if (field.type === 'section') this.endSection()
    this.#row(field, '')
    if (field.type === 'section') this.#isInSection = true
    if (!hasRows(field)) return
    for (const column of field.fields) this.#row(column, `${field.id}.`, field)
    this.survey.push({ cells: { type: 'end_repeat', name: field.id }, own: [] })
  }

  /** A heading reaches to the next one; a group has an end. */
  endSection(): void {
    if (this.#isInSection) this.survey.push({ cells: { type: 'end_group' }, own: [] })
    this.#isInSection = false
  }

  #row(field: Field, prefix: string, group?: RowsField): void {
    const no = this.survey.length + 2
    const own = ownColumnOf(field)
    const outside = this.#fields.filter(({ id }) => !group?.fields.some((column) => column.id === id))
    const near = [...(group?.fields ?? []), ...outside]
    const condition = field.visibleWhen && tidyCondition(field.visibleWhen, choosing(near))
    const relevant = condition ? writeCondition(condition, near) : ''
    // A group hides what is in it; a heading hides nothing but itself.
    const isOwn =
      relevant === null || relevant.length > longest || (field.type === 'section' && relevant !== '')
    if (isOwn) own['visibleWhen'] = condition
    const constraint = writeConstraint(field, near)
    if (constraint.own) own['check'] = constraint.own
    const text = textsOf(field, own)
    const cells: SurveyRow['cells'] = {
      type: this.#typeOf(field, prefix),
      name: field.id,
      'label::zh': field.label['zh-CN'],
      'label::en': field.label.en,
      'hint::zh': text['zh-CN'],
      'hint::en': text.en,
      required: field.required ? 'yes' : '',
      relevant: isOwn ? '' : relevant,
      constraint: constraint.source,
      'constraint_message::zh': field.check?.message['zh-CN'] ?? '',
      'constraint_message::en': field.check?.message.en ?? '',
      calculation: this.#calculationOf(field, near, own),
      appearance: appearances[field.type] ?? '',
      parameters: field.type === 'rating' ? `start=1 end=${field.max} step=1` : '',
      repeat_count: field.type === 'table' ? String(field.rowLabels.length) : '',
    }
    if (plainElsewhere.has(field.type))
      this.tell('survey', no, 'export.type', fieldTypeNames[field.type]['zh-CN'])
    const keys = Object.keys(own).filter((key) => key !== 'type' && key !== 'carried' && key !== 'decimals')
    if (keys.length > 0) this.tell('survey', no, 'export.kangbao', keys.join(', '))
    this.survey.push({ cells, own: writeOwnColumn(own) })
  }

  #typeOf(field: Field, prefix: string): string {
    if (!('options' in field)) return wordOf(field)
    let list = `${prefix}${field.id}`
    while (this.#lists.has(list)) list += '_'
    this.#lists.add(list)
    for (const { value, label } of field.options) this.choices.push([list, value, label['zh-CN'], label.en])
    return `${field.type === 'single-choice' ? 'select_one' : 'select_multiple'} ${list}`
  }

  #calculationOf(field: Field, near: readonly Field[], own: Record<string, unknown>): string {
    if (field.type !== 'computed') return ''
    const expression = tidyExpression(field.expression)
    const written = writeExpression(expression, near)
    if (written !== null) return `round(${written}, ${field.decimals})`
    own['expression'] = expression
    own['decimals'] = field.decimals
    return ''
  }
}

/** What stands below the label: the hint, or the text that is the field. */
function textsOf(field: Field, own: Record<string, unknown>): LocalText {
  const text = 'text' in field ? field.text : undefined
  if (text === undefined) return field.hint ?? { 'zh-CN': '', en: '' }
  if (field.hint) own['hint'] = field.hint
  return text
}
