import { designLimits } from '../design/content.ts'
import type { Option } from '../definition.ts'
import type { XlsFormItem } from './report.ts'
import type { Table } from './tables.ts'

export interface ChoiceList {
  readonly options: readonly Option[]
  /** What a value of the workbook is called here. */
  readonly valueOf: (value: string) => string
}

const isSafe = (value: string) => /^[A-Za-z0-9_.-]{1,64}$/.test(value) && !(value in Object.prototype)

/** The lists of the sheet `choices`, by their names. */
export function readChoices(table: Table, tell: (item: XlsFormItem) => void): Map<string, ChoiceList> {
  const lists = new Map<string, { options: Option[]; values: Map<string, string>; isFull: boolean }>()
  for (const line of table.lines) {
    const listName = line.get('list_name')
    const given = line.get('name')
    const said = { sheet: 'choices', row: line.no } as const
    if (listName === '' || given === '') {
      tell({ ...said, column: 'name', outcome: 'left-out', reason: 'column.missing' })
      continue
    }
    const list = lists.get(listName) ?? { options: [], values: new Map<string, string>(), isFull: false }
    lists.set(listName, list)
    if (list.values.has(given)) {
      tell({ ...said, column: 'name', outcome: 'left-out', reason: 'choices.twice', detail: given })
      continue
    }
    if (list.options.length >= designLimits.options) {
      const detail = String(designLimits.options)
      if (!list.isFull)
        tell({ ...said, column: 'name', outcome: 'left-out', reason: 'choices.too-many', detail })
      list.isFull = true
      continue
    }
    const value = isSafe(given) ? given : `o_${line.no}`
    if (value !== given)
      tell({ ...said, column: 'name', outcome: 'changed', reason: 'name.changed', detail: value })
    const label = line.text('label')
    list.values.set(given, value)
    const isNamed = label['zh-CN'] !== ''
    if (!isNamed) tell({ ...said, column: 'label', outcome: 'changed', reason: 'label.missing' })
    list.options.push({ value, code: 0, label: isNamed ? label : { 'zh-CN': given, en: '' } })
  }
  return new Map(
    [...lists].map(([name, { options, values }]) => [
      name,
      { options, valueOf: (value: string) => values.get(value) ?? value },
    ]),
  )
}
