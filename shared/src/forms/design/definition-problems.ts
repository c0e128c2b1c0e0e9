import { expressionProblems } from '../computed.ts'
import { holdsAnswer, type FormDefinition } from '../definition.ts'
import type { LocalText } from '../../locale.ts'
import { conditionProblems } from './condition-problems.ts'
import { designLimits } from './content.ts'
import { isBlank, isFacetPart, isLong, typeProblems, when, type Found } from './field-problems.ts'

/** One thing that keeps a form from being published; `at` is the field or finding, or the form itself. */
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
  ]
  const expressions = expressionProblems(form)
  return [
    ...ofForm.map((problem): DefinitionProblem => ({ at: 'form', ...problem })),
    ...fields.flatMap((field, i) => {
      const before = fields.slice(0, i)
      const found: Found[] = [
        ...ofNames(field, before),
        ...typeProblems(field),
        ...(field.visibleWhen ? conditionProblems(field.visibleWhen, before, fields) : []),
        ...expressions
          .filter((problem) => problem.field === field.id)
          .map(({ reason, names }): Found => ({
            reason: `expression.${reason}`,
            ...(names === undefined ? {} : { names }),
          })),
      ]
      return found.map((problem): DefinitionProblem => ({ at: { field: field.id }, ...problem }))
    }),
    ...findings.flatMap((rule, i) =>
      [...ofNames(rule, findings.slice(0, i)), ...conditionProblems(rule.when, fields, fields)].map(
        (problem): DefinitionProblem => ({ at: { finding: rule.id }, ...problem }),
      ),
    ),
  ]
}

interface Named {
  readonly id: string
  readonly number: number
  readonly label: LocalText
}

function ofNames({ id, number, label }: Named, before: readonly Named[]): Found[] {
  return [
    ...when(!isSafeName(id), 'id.unsafe'),
    ...when(
      before.some((other) => other.id === id),
      'id.twice',
    ),
    ...when(!isFacetPart(number), 'number.outside'),
    ...when(
      before.some((other) => other.number === number),
      'number.twice',
    ),
    ...when(isBlank(label), 'label.missing'),
    ...when(isLong(label), 'label.too-long'),
  ]
}
