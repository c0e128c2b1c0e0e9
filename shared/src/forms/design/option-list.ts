import type { Locale, LocalText } from '../../locale.ts'
import type { Option } from '../definition.ts'
import { designLimits } from './content.ts'
import { isSafeValue } from './field-problems.ts'

/** A line of a list: its number as the spreadsheet shows it, and its cells: label, English label, value. */
export interface ListRow {
  readonly no: number
  readonly cells: readonly string[]
}

const reasons = {
  blank: { 'zh-CN': '没有选项文字', en: 'There is no label' },
  twice: { 'zh-CN': '与前面的选项重复', en: 'It is the same as one above' },
  'too-long': { 'zh-CN': '选项文字超过 200 字', en: 'The label is longer than 200 characters' },
  'too-many': { 'zh-CN': '超过 2000 个选项', en: 'There are more than 2000 options' },
  'value-unsafe': {
    'zh-CN': '编码只能用字母、数字、点、横线和下划线，最长 64 位',
    en: 'A code is made of letters, digits, dots, dashes and underscores, 64 at most',
  },
  'value-twice': { 'zh-CN': '编码与前面的选项重复', en: 'The code is the same as one above' },
} as const satisfies Record<string, LocalText>
export type ListReason = keyof typeof reasons

/** A row that becomes no option, and why. */
export interface ListProblem {
  readonly row: number
  readonly text: string
  readonly reason: ListReason
}

export interface ListedOption {
  readonly label: LocalText
  /** Under which it is stored; absent when the list names none. */
  readonly value?: string
}

export interface OptionList {
  readonly options: readonly ListedOption[]
  readonly problems: readonly ListProblem[]
}

/** A problem in words, without its row. */
export function listProblemText({ reason }: ListProblem, locale: Locale): string {
  return reasons[reason][locale]
}

/** Lines pasted from a spreadsheet, their cells set apart by tabs. */
export function pastedRows(text: string): ListRow[] {
  return text.split(/\r?\n/).map((line, i) => ({ no: i + 1, cells: line.split('\t') }))
}

const heading = /^(选项|选项名称|选项文字|名称|中文|label|label::zh|option|options|name|chinese)$/i

/**
 * The options of a list. A first row that says what the columns are is not one of them; rows below the last one that
 * says anything are none either.
 */
export function optionList(rows: readonly ListRow[]): OptionList {
  const given = rows.map(({ no, cells }) => ({ no, cells: cells.slice(0, 3).map((cell) => cell.trim()) }))
  const last = given.findLastIndex(({ cells }) => cells.some((cell) => cell !== ''))
  const isHeaded = heading.test(given[0]?.cells[0] ?? '')
  const options: ListedOption[] = []
  const problems: ListProblem[] = []
  const labels = new Set<string>()
  const values = new Set<string>()
  for (const { no, cells } of given.slice(isHeaded ? 1 : 0, last + 1)) {
    const [label = '', english = '', value = ''] = cells
    const reason = faultOf({ label, english, value }, { labels, values, count: options.length })
    if (reason) problems.push({ row: no, text: label || value || english, reason })
    else {
      labels.add(label)
      if (value !== '') values.add(value)
      options.push({ label: { 'zh-CN': label, en: english }, ...(value === '' ? {} : { value }) })
    }
  }
  return { options, problems }
}

function faultOf(
  { label, english, value }: { label: string; english: string; value: string },
  before: { labels: ReadonlySet<string>; values: ReadonlySet<string>; count: number },
): ListReason | null {
  if (label === '') return 'blank'
  if (before.labels.has(label)) return 'twice'
  if (Math.max(label.length, english.length) > designLimits.labelLength) return 'too-long'
  if (value !== '' && !isSafeValue(value)) return 'value-unsafe'
  if (value !== '' && before.values.has(value)) return 'value-twice'
  return before.count >= designLimits.options ? 'too-many' : null
}

export type Taking = 'replace' | 'append'

/** What taking a list makes of the options there are. */
export interface TakenList {
  readonly options: readonly Option[]
  readonly added: number
  readonly kept: number
  readonly removed: number
}

/**
 * The options there are with those of a list. One that is there already, by its value or its label, stays the option it
 * was, so that old answers keep their meaning; only its texts follow the list.
 * @param newValue makes a value nobody else has.
 */
export function takeList(
  before: readonly Option[],
  listed: readonly ListedOption[],
  how: Taking,
  newValue: () => string,
): TakenList {
  const used = new Set<Option>()
  const byValue = new Map(before.map((option) => [option.value, option]))
  const byLabel = new Map<string, Option[]>()
  for (const option of before) {
    const label = option.label['zh-CN'].trim()
    byLabel.set(label, [...(byLabel.get(label) ?? []), option])
  }
  const unused = (option: Option | undefined) => (option && !used.has(option) ? option : undefined)
  const find = (given: ListedOption) =>
    unused(byValue.get(given.value ?? '')) ??
    byLabel.get(given.label['zh-CN'])?.find((option) => !used.has(option))
  const changed = new Map<Option, Option>()
  const inOrder = listed.map((given): Option => {
    const known = find(given)
    if (!known) {
      const isFree = given.value !== undefined && !byValue.has(given.value)
      const value = isFree && given.value !== undefined ? given.value : newValue()
      return { value, code: 0, label: given.label }
    }
    used.add(known)
    const label = { 'zh-CN': given.label['zh-CN'], en: given.label.en || known.label.en }
    const next = { ...known, label }
    changed.set(known, next)
    return next
  })
  const isKnown = new Set(changed.values())
  const added = inOrder.filter((option) => !isKnown.has(option))
  const counts = { added: added.length, kept: used.size }
  if (how === 'replace') return { options: inOrder, ...counts, removed: before.length - used.size }
  const options = [...before.map((option) => changed.get(option) ?? option), ...added]
  return { options, added: added.length, kept: before.length, removed: 0 }
}
