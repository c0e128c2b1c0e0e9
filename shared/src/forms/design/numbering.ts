import {
  everyField,
  hasRows,
  type Band,
  type Field,
  type FindingRule,
  type FormDefinition,
  type Option,
} from '../definition.ts'
import type { LocalText } from '../../locale.ts'
import { sameText } from './same-text.ts'

type Numbered = Pick<FormDefinition, 'fields' | 'findings'>

/**
 * What a number of a field stands for. As long as it stays the same, facets of older versions mean what they did; where
 * it changes, the field gets a new number and the old facets keep theirs.
 */
function meaningOf(field: Field): string {
  if (field.type === 'rating') return `rating/${field.max}`
  if (field.type === 'table') return `table/${sameText(field.rowLabels)}`
  if (field.type === 'computed') return `computed/${field.unit ?? ''}/${sameText(field.expression)}`
  return 'decimals' in field ? `${field.type}/${field.unit ?? ''}` : field.type
}

/** Whether answers to a field of an older version are answers to this one. */
export function isSameQuestion(now: Field, then: Field): boolean {
  if (now.id !== then.id || meaningOf(now) !== meaningOf(then)) return false
  if (!hasRows(now) || !hasRows(then)) return true
  const before = new Map(then.fields.map((column) => [column.id, column]))
  return now.fields.every((column) => {
    const was = before.get(column.id)
    return was === undefined || isSameQuestion(column, was)
  })
}

const optionMeaning = ({ value }: Option) => value
const bandMeaning = ({ from, below }: Band) => `${from ?? ''}…${below ?? ''}`

/** Numbers that were given, by what they were given to. */
class Numbers<T> {
  readonly #given = new Map<string, number>()
  #highest = 0
  readonly #nameOf: (item: T) => string

  constructor(nameOf: (item: T) => string) {
    this.#nameOf = nameOf
  }

  learn(item: T, number: number): void {
    if (!this.#given.has(this.#nameOf(item))) this.#given.set(this.#nameOf(item), number)
    this.#highest = Math.max(this.#highest, number)
  }

  of(item: T): number {
    const known = this.#given.get(this.#nameOf(item))
    if (known !== undefined) return known
    this.#highest += 1
    this.#given.set(this.#nameOf(item), this.#highest)
    return this.#highest
  }
}

/**
 * A form with the numbers of its fields and findings and the codes of its options and bands. What an earlier version
 * numbered keeps its number while it means the same; no number is ever given a second time with another meaning.
 * @param earlier every version before it.
 */
export function numbered<T extends Numbered>(form: T, earlier: readonly Numbered[]): T {
  // A column is known by its group as well: `tracks/place` is another question than `meals/place`.
  const fields = new Numbers<Field>((field) => `${named.get(field) ?? field.id} ${meaningOf(field)}`)
  const rules = new Numbers<FindingRule>(({ id }) => id)
  const named = new Map<Field, string>()
  for (const version of [...earlier, form])
    for (const { id, field } of everyField(version)) named.set(field, id)
  for (const version of earlier) {
    for (const { field } of everyField(version)) fields.learn(field, field.number)
    for (const rule of version.findings) rules.learn(rule, rule.number)
  }
  const asked = earlier.flatMap((version) => everyField(version).map(({ field }) => field))
  const coded = <F extends Field>(field: F): F => {
    const number = fields.of(field)
    return withCodes(
      { ...field, number },
      asked.filter((before) => before.number === number),
    )
  }
  return {
    ...form,
    fields: form.fields.map((field): Field => {
      const own = coded(field)
      return hasRows(own) ? { ...own, fields: own.fields.map(coded) } : own
    }),
    findings: form.findings.map((rule) => ({ ...rule, number: rules.of(rule) })),
  }
}

function withCodes<F extends Field>(field: F, earlier: readonly Field[]): F {
  if ('options' in field) {
    const codes = new Numbers(optionMeaning)
    for (const before of earlier)
      if ('options' in before) for (const option of before.options) codes.learn(option, option.code)
    return { ...field, options: field.options.map((option) => ({ ...option, code: codes.of(option) })) }
  }
  if (!('bands' in field) || field.bands === undefined) return field
  const codes = new Numbers(bandMeaning)
  for (const before of earlier)
    if ('bands' in before) for (const band of before.bands ?? []) codes.learn(band, band.code)
  return { ...field, bands: field.bands.map((band) => ({ ...band, code: codes.of(band) })) }
}

/** A form whose English texts are the Chinese ones where none were given. */
export function withEnglish<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withEnglish) as T // as many, each of its own kind
  if (typeof value !== 'object' || value === null) return value
  if (isLocalText(value)) return { ...value, en: value.en.trim() === '' ? value['zh-CN'] : value.en }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withEnglish(part)])) as T // the same keys
}

function isLocalText(value: object): value is LocalText {
  return 'zh-CN' in value && 'en' in value && typeof value.en === 'string'
}
