import { rowLimits } from '../answers.ts'
import { isRowField, type Field, type FieldType } from '../definition.ts'
import { designLimits } from '../design/content.ts'
import { isSafeName } from '../design/definition-problems.ts'
import type { ChoiceList } from './choices.ts'
import { readOwnColumn, type OwnColumn } from './own-column.ts'
import { readField, telling, type Tell } from './read-field.ts'
import type { XlsFormReason } from './report.ts'
import type { Line, Table } from './tables.ts'
import { asText, isWordOf, notCarried, ownKeys, recordedAnyway, typeOf } from './vocabulary.ts'

/** A `relevant` and the row it stands in. */
export interface Relevant {
  readonly line: Line
  readonly source: string
}

/** A field before its conditions are read. */
export interface Entry {
  readonly line: Line
  /** As the workbook calls it. */
  readonly name: string
  readonly field: Field
  /** The first word of its type. */
  readonly word: string
  readonly own: OwnColumn
  readonly choices: ChoiceList | undefined
  readonly relevants: readonly Relevant[]
  /** Of a group or table. */
  readonly columns: Entry[]
}

interface Frame {
  readonly kind: 'group' | 'repeat' | 'lost'
  readonly relevants: readonly Relevant[]
  readonly hasHeading: boolean
  readonly entry: Entry | null
}

/** The fields of the survey sheet in order, those of repeats inside their groups. */
export function readSurvey(table: Table, lists: ReadonlyMap<string, ChoiceList>, tell: Tell): Entry[] {
  const entries: Entry[] = []
  const frames: Frame[] = []
  const full = new Set<Entry[]>()
  let isAfterHeading = false
  for (const line of table.lines) {
    const say = telling(line, tell)
    const [word, ...rest] = wordsOf(line.get('type'))
    if (word === 'end_group' || word === 'end_repeat') {
      const frame = frames.pop()
      if (!frame) say('type', 'left-out', 'group.not-ended')
      isAfterHeading = frame?.hasHeading === true
      continue
    }
    const repeat = frames.find(({ kind }) => kind !== 'group')
    const isOpening = word === 'begin_group' || word === 'begin_repeat'
    if (frames.some(({ kind }) => kind === 'lost') || (word === 'begin_repeat' && repeat)) {
      say('', 'left-out', 'repeat.nested')
      if (isOpening) frames.push({ kind: 'lost', relevants: [], hasHeading: false, entry: null })
      continue
    }
    const source = line.get('relevant')
    const relevants = source === '' ? [] : [{ line, source }]
    const around = frames.filter(({ kind }) => kind === 'group').flatMap((frame) => frame.relevants)
    const outside = repeat
      ? frames.slice(frames.indexOf(repeat) + 1).flatMap((each) => each.relevants)
      : around
    const hasLabel = line.text('label')['zh-CN'] !== ''
    const isHeading = word === 'begin_group' && hasLabel && !repeat
    if (word === 'begin_group') {
      if (source !== '') say('relevant', 'changed', 'group.relevant')
      if (repeat && hasLabel) say('label', 'left-out', 'type.in-rows', 'begin_group')
      if (isHeading && frames.some((frame) => frame.hasHeading)) say('', 'changed', 'group.flat')
    }
    const scope = repeat?.entry?.columns ?? entries
    const most = repeat ? rowLimits.columns : designLimits.fields
    if (scope.length >= most) {
      if (!full.has(scope)) say('', 'left-out', 'fields.too-many', String(most))
      full.add(scope)
      if (isOpening) frames.push({ kind: 'lost', relevants: [], hasHeading: false, entry: null })
      continue
    }
    const entry =
      word === undefined || (word === 'begin_group' && !isHeading)
        ? null
        : entryOf({ line, word, rest, relevants: [...outside, ...relevants], scope, lists }, tell)
    if (entry) {
      if (isAfterHeading && !isOpening && !repeat && scope.some(({ field }) => field.type === 'section'))
        say('', 'changed', 'group.end')
      isAfterHeading = false
      take(entry, scope, repeat !== undefined, tell)
    }
    if (word === 'begin_group') frames.push({ kind: 'group', relevants, hasHeading: isHeading, entry: null })
    if (word === 'begin_repeat')
      frames.push({ kind: entry ? 'repeat' : 'lost', relevants: [], hasHeading: false, entry })
  }
  if (frames.length > 0) {
    const last = table.lines.at(-1)
    if (last) telling(last, tell)('type', 'changed', 'group.not-ended')
  }
  return entries
}

function take(entry: Entry, scope: Entry[], isInRows: boolean, tell: Tell): void {
  if (!isInRows || isRowField(entry.field)) scope.push(entry)
  else telling(entry.line, tell)('type', 'left-out', 'type.in-rows', entry.line.get('type'))
}

/** The words of a type, in the spellings there are: `select one x`, `begin group`. */
function wordsOf(cell: string): string[] {
  const text = cell
    .trim()
    .replace(/^add\s+/i, '')
    .replace(
      /^(select|begin|end)[ _]+(one|multiple|group|repeat)\b/i,
      (_, a: string, b: string) => `${a}_${b}`,
    )
  const [first, ...rest] = text.split(/\s+/).filter((word) => !/^(prompt|question)$/i.test(word))
  return first === undefined || first === '' ? [] : [first.toLowerCase(), ...rest]
}

interface Row {
  readonly line: Line
  readonly word: string
  readonly rest: readonly string[]
  readonly relevants: readonly Relevant[]
  readonly scope: readonly Entry[]
  readonly lists: ReadonlyMap<string, ChoiceList>
}

const knownAppearances = new Set(['multiline', 'rating', 'signature', 'draw', 'annotate', 'field-list'])

function entryOf({ line, word, rest, relevants, scope, lists }: Row, tell: Tell): Entry | null {
  const say = telling(line, tell)
  const refused = (reason: XlsFormReason, detail: string) => {
    say('type', 'left-out', reason, detail)
    return null
  }
  if (recordedAnyway.has(word)) return refused('type.kept-anyway', word)
  if (/^select_(one|multiple)_from_file$/.test(word)) return refused('choices.from-file', rest.join(' '))
  const read = readOwnColumn((column) => line.get(column))
  if (read === null) say('kangbao', 'left-out', 'kangbao.unread')
  const own = read ?? {}
  const appearance = line
    .get('appearance')
    .split(/\s+/)
    .filter((each) => each !== '')
  const usual = asText.has(word) ? 'text' : typeOf(word, appearance)
  if (usual === undefined) return refused('type.unknown', word)
  if (asText.has(word)) say('type', 'changed', 'type.as-text', word)
  const claimed = typeof own['type'] === 'string' && isType(own['type']) ? own['type'] : usual
  const type = isWordOf(word, claimed) ? claimed : usual
  const unread = appearance.filter((each) => !knownAppearances.has(each))
  if (unread.length > 0) say('appearance', 'left-out', 'value.unread', unread.join(' '))
  for (const column of ['calculation', 'parameters', 'repeat_count'] as const)
    if (line.get(column) !== '' && homes[column] !== word)
      say(column, 'left-out', 'value.unread', line.get(column))
  for (const [column, reason] of Object.entries(notCarried)) {
    const cell = line.inAnyLanguage(column)
    if (cell !== '') say(column, 'left-out', reason, cell)
  }
  const choices = choicesOf(line, word, rest, lists, tell)
  if (choices === null) return null
  const name = line.get('name')
  const isFree = isSafeName(name) && !scope.some(({ field }) => field.id === name)
  const id = isFree ? name : `q_${line.no}`
  if (!isFree) say('name', 'changed', 'name.changed', id)
  const field = readField({ line, id, type, word, own, choices }, tell)
  return field && { line, name, field, word, own, choices, relevants, columns: [] }
}

const homes = { calculation: 'calculate', parameters: 'range', repeat_count: 'begin_repeat' } as const
const isType = (name: string): name is FieldType => Object.hasOwn(ownKeys, name)

/** The list of choices a row names; undefined for one that names none, null when there is no such list. */
function choicesOf(
  line: Line,
  word: string,
  [list = '', ...more]: readonly string[],
  lists: ReadonlyMap<string, ChoiceList>,
  tell: Tell,
): ChoiceList | undefined | null {
  if (word !== 'select_one' && word !== 'select_multiple') return undefined
  const say = telling(line, tell)
  const found = lists.get(list)
  if (!found) {
    say('type', 'left-out', 'choices.missing', list)
    return null
  }
  if (!more.includes('or_other') || found.options.some(({ value }) => value === 'other')) return found
  const other = { value: 'other', code: 0, label: { 'zh-CN': '其他', en: 'Other' } }
  say('type', 'changed', 'choices.other', other.label['zh-CN'])
  return { ...found, options: [...found.options, other] }
}
