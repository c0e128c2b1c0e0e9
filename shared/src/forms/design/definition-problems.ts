import { expressionProblems } from '../computed.ts'
import {
  everyField,
  hasRows,
  holdsAnswer,
  type Field,
  type FindingRule,
  type FormDefinition,
} from '../definition.ts'
import type { LocalText } from '../../locale.ts'
import { conditionProblems } from './condition-problems.ts'
import { designLimits } from './content.ts'
import { isBlank, isFacetNumber, isLong, typeProblems, when, type Found } from './field-problems.ts'

/** One thing that keeps a form from being published; `at` is the field (`group/column` in rows) or finding, or the form itself. */
export interface DefinitionProblem extends Found {
  readonly at: { readonly field: string } | { readonly finding: string } | 'form'
}

/** The name XLSForm takes as well, and no name every object has already. */
export function isSafeName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(name) && !(name in Object.prototype)
}
/**
 * Everything wrong with a form, in the order of the form; none means that it can be published. English texts may be
 * left out: the Chinese ones stand in for them.
 */
export function definitionProblems(form: FormDefinition): DefinitionProblem[] {
  const { fields, findings } = form
  const ofForm: Found[] = [
    ...when(isBlank(form.title), 'title.missing'),
    ...when(isLong(form.title), 'title.too-long'),
    ...when(form.notice?.collects.some(({ why }) => isBlank(why)) === true, 'purpose.missing'),
    ...when(!fields.some(holdsAnswer), fields.length === 0 ? 'fields.none' : 'field.asks-nothing'),
    ...when(fields.length > designLimits.fields, 'fields.too-many'),
    ...when(optionsOf(form) > designLimits.optionsInAll, 'options.too-many'),
  ]
  const expressions = expressionProblems(form)
  return [
    ...ofForm.map((problem): DefinitionProblem => ({ at: 'form', ...problem })),
    ...asked(fields).flatMap(({ id, field, siblings, before, all, numbers }) => {
      const found: Found[] = [
        ...ofNames(field, siblings, numbers),
        ...typeProblems(field),
        ...(field.visibleWhen ? conditionProblems(field.visibleWhen, before, all) : []),
        ...ofCheck(field, before, all),
        ...expressions
          .filter((problem) => problem.field === id)
          .map(({ reason, names }): Found => ({
            reason: `expression.${reason}`,
            ...(names === undefined ? {} : { names }),
          })),
      ]
      return found.map((problem): DefinitionProblem => ({ at: { field: id }, ...problem }))
    }),
    ...findings.flatMap((rule, i) =>
      [
        ...ofNames(rule, findings.slice(0, i), findings.slice(0, i)),
        ...conditionProblems(rule.when, fields, fields),
        ...ofAlerts(rule),
      ].map((problem): DefinitionProblem => ({ at: { finding: rule.id }, ...problem })),
    ),
  ]
}

/** What an answer has to meet may be asked of itself and of those before it. */
function ofCheck(field: Field, before: readonly Field[], all: readonly Field[]): Found[] {
  const { check } = field
  if (!check) return []
  return [
    ...when(!holdsAnswer(field), 'check.asks-nothing'),
    ...conditionProblems(check.when, [...before, field], all),
    ...when(isBlank(check.message), 'check.no-message'),
    ...when(isLong(check.message), 'check.message-too-long'),
  ]
}

const optionsOf = (form: FormDefinition) =>
  everyField(form).reduce((sum, { field }) => sum + ('options' in field ? field.options.length : 0), 0)

interface Asked {
  /** `group/column` for one asked in rows. */
  readonly id: string
  readonly field: Field
  /** Those before it that its id must differ from: of the form, or of its row. */
  readonly siblings: readonly Field[]
  /** What its condition may ask about, and what it could if it stood last. */
  readonly before: readonly Field[]
  readonly all: readonly Field[]
  /** Everything numbered before it. */
  readonly numbers: readonly Field[]
}

/** Every field with its surroundings. Inside a row a name means the row's field first, then the form's. */
function asked(fields: readonly Field[]): Asked[] {
  return fields.flatMap((field, i): Asked[] => {
    const before = fields.slice(0, i)
    const numbers = everyField({ fields: before }).map((each) => each.field)
    const own: Asked = { id: field.id, field, siblings: before, before, all: fields, numbers }
    if (!hasRows(field)) return [own]
    const columns = field.fields
    const outside = before.filter(({ id }) => !columns.some((column) => column.id === id))
    const ofColumn = (column: Field, at: number): Asked => {
      const siblings = columns.slice(0, at)
      return {
        id: `${field.id}/${column.id}`,
        field: column,
        siblings,
        before: [...siblings, ...outside],
        all: [...columns, ...fields],
        numbers: [...numbers, field, ...siblings],
      }
    }
    return [own, ...columns.map(ofColumn)]
  })
}

interface Named {
  readonly id: string
  readonly number: number
  readonly label: LocalText
}

function ofNames(
  { id, number, label }: Named,
  siblings: readonly Named[],
  numbers: readonly Named[],
): Found[] {
  return [
    ...when(!isSafeName(id), 'id.unsafe'),
    ...when(
      siblings.some((other) => other.id === id),
      'id.twice',
    ),
    ...when(!isFacetNumber(number), 'number.outside'),
    ...when(
      numbers.some((other) => other.number === number),
      'number.twice',
    ),
    ...when(isBlank(label), 'label.missing'),
    ...when(isLong(label), 'label.too-long'),
  ]
}

/** Whether the people named are in the organisation is for the server to say. */
function ofAlerts({ abnormal, alerts }: FindingRule): Found[] {
  if (!abnormal || !alerts) return []
  const isNobody = alerts.roles.length === 0 && alerts.people.length === 0
  return [
    ...when(isNobody, 'alerts.nobody'),
    ...when(alerts.words !== undefined && isLong(alerts.words), 'alerts.words-too-long'),
  ]
}
