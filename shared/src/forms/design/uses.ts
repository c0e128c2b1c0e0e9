import type { LocalText } from '../../locale.ts'
import { fieldsAsked, type Condition } from '../condition.ts'
import { hasRows, type Field } from '../definition.ts'
import { partsOf, type Expression } from '../expression.ts'
import type { FormContent } from './content.ts'

/** Where a question of a form is asked about: when another is shown, what another's answer has to
 * meet, what one computes, or by a rule. */
export interface Use {
  readonly kind: 'condition' | 'check' | 'sum' | 'rule'
  /** What asks about it. */
  readonly label: LocalText
}

/** Everything that would lose its question if this one were taken away, in the form's order; its own parts are left out. */
export function usesOf({ fields, findings }: Pick<FormContent, 'fields' | 'findings'>, id: string): Use[] {
  const asks = (condition: Condition | undefined) =>
    condition !== undefined && fieldsAsked(condition).includes(id)
  const ofField = (field: Field): Use[] => [
    ...(asks(field.visibleWhen) ? [{ kind: 'condition', label: field.label } as const] : []),
    ...(asks(field.check?.when) ? [{ kind: 'check', label: field.label } as const] : []),
    ...(field.type === 'computed' && fieldsIn(field.expression).includes(id)
      ? [{ kind: 'sum', label: field.label } as const]
      : []),
  ]
  return [
    ...fields
      .filter((field) => field.id !== id)
      .flatMap((field): Use[] => {
        if (!hasRows(field)) return ofField(field)
        // In a row the row's own question of a name comes first.
        const isHidden = field.fields.some((column) => column.id === id)
        return [...ofField(field), ...(isHidden ? [] : field.fields.flatMap(ofField))]
      }),
    ...findings.filter(({ when }) => asks(when)).map(({ label }): Use => ({ kind: 'rule', label })),
  ]
}

/** The fields of the form an expression takes its numbers from. */
function fieldsIn(expression: Expression): string[] {
  if ('field' in expression) return [expression.field]
  if ('rowsOf' in expression) return [expression.rowsOf]
  return partsOf(expression).flatMap(fieldsIn)
}
