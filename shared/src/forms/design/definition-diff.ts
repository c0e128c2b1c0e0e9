import type { LocalText } from '../../locale.ts'
import type { Field, FindingRule, FormDefinition, Option } from '../definition.ts'
import { alertsOf } from '../../rules/alerts.ts'
import { sameText } from './same-text.ts'

/** Something two versions of a form differ in. `label` names what it is about, as the newer version calls it. */
export type DefinitionChange =
  | { readonly kind: 'title' | 'description'; readonly from: LocalText; readonly to: LocalText }
  | { readonly kind: 'field.added' | 'field.removed' | 'field.moved'; readonly label: LocalText }
  | { readonly kind: 'field.renamed'; readonly label: LocalText; readonly from: LocalText }
  | {
      readonly kind: 'field.type'
      readonly label: LocalText
      readonly from: Field['type']
      readonly to: Field['type']
    }
  | {
      readonly kind: `field.${'required' | 'optional' | 'condition' | 'check' | 'limits' | 'hint'}`
      readonly label: LocalText
    }
  | {
      readonly kind: 'option.added' | 'option.removed' | 'option.renamed'
      readonly label: LocalText
      readonly option: LocalText
    }
  | {
      readonly kind: `finding.${'added' | 'removed' | 'changed' | 'alerts'}`
      readonly label: LocalText
    }
  | { readonly kind: 'notice' }

/** What changed from one version of a form to the next, in the order in which the newer one is read. */
export function definitionDiff(before: FormDefinition, after: FormDefinition): DefinitionChange[] {
  return [
    ...ofTexts(before, after),
    ...ofFields(before.fields, after.fields),
    ...ofFindings(before.findings, after.findings),
    ...(sameText(before.notice) === sameText(after.notice) ? [] : [{ kind: 'notice' } as const]),
  ]
}

const differ = (a: unknown, b: unknown) => sameText(a) !== sameText(b)

function ofTexts(before: FormDefinition, after: FormDefinition): DefinitionChange[] {
  return (['title', 'description'] as const)
    .filter((kind) => differ(before[kind], after[kind]))
    .map((kind) => ({ kind, from: before[kind], to: after[kind] }))
}

function ofFields(before: readonly Field[], after: readonly Field[]): DefinitionChange[] {
  const old = new Map(before.map((field) => [field.id, field]))
  const isKept = new Set(after.map(({ id }) => id))
  const moved = movedAmong(
    before.map(({ id }) => id).filter((id) => isKept.has(id)),
    after.map(({ id }) => id).filter((id) => old.has(id)),
  )
  return [
    ...after.flatMap((field): DefinitionChange[] => {
      const was = old.get(field.id)
      if (!was) return [{ kind: 'field.added', label: field.label }]
      return [
        ...(moved.has(field.id) ? [{ kind: 'field.moved', label: field.label } as const] : []),
        ...ofField(was, field),
      ]
    }),
    ...before
      .filter(({ id }) => !isKept.has(id))
      .map(({ label }): DefinitionChange => ({ kind: 'field.removed', label })),
  ]
}

/** What one would take up and put elsewhere: all but the longest run that kept its order. */
function movedAmong(before: readonly string[], after: readonly string[]): ReadonlySet<string> {
  const places = after.map((id) => before.indexOf(id))
  // Longest rising run: its length up to each place, and the place before it in the run.
  const best: { length: number; from: number }[] = []
  places.forEach((place, i) => {
    let found = { length: 1, from: -1 }
    for (let j = 0; j < i; j += 1) {
      const length = (best[j]?.length ?? 0) + 1
      if ((places[j] ?? 0) < place && length > found.length) found = { length, from: j }
    }
    best.push(found)
  })
  const stays = new Set<number>()
  let at = best.reduce((top, { length }, i) => (length > (best[top]?.length ?? 0) ? i : top), 0)
  while (at >= 0 && at < best.length) {
    stays.add(at)
    at = best[at]?.from ?? -1
  }
  return new Set(after.filter((_, i) => !stays.has(i)))
}

function ofField(was: Field, is: Field): DefinitionChange[] {
  const { label } = is
  if (was.type !== is.type) return [{ kind: 'field.type', label, from: was.type, to: is.type }]
  return [
    ...(differ(was.label, label) ? [{ kind: 'field.renamed', label, from: was.label } as const] : []),
    ...(Boolean(was.required) === Boolean(is.required)
      ? []
      : [{ kind: is.required ? 'field.required' : 'field.optional', label } as const]),
    ...(differ(was.visibleWhen, is.visibleWhen) ? [{ kind: 'field.condition', label } as const] : []),
    ...(differ(was.check, is.check) ? [{ kind: 'field.check', label } as const] : []),
    ...(differ(was.hint, is.hint) ? [{ kind: 'field.hint', label } as const] : []),
    ...ofOptions(label, optionsOf(was), optionsOf(is)),
    ...(differ(limitsOf(was), limitsOf(is)) ? [{ kind: 'field.limits', label } as const] : []),
  ]
}

const optionsOf = (field: Field): readonly Option[] => ('options' in field ? field.options : [])

/** What a field asks beside what is told apart above. */
function limitsOf(field: Field): unknown {
  const { label: _l, hint: _h, required: _r, visibleWhen: _v, check: _c, number: _n, ...rest } = field
  return 'options' in rest ? { ...rest, options: [] } : rest
}

function ofOptions(
  label: LocalText,
  before: readonly Option[],
  after: readonly Option[],
): DefinitionChange[] {
  const old = new Map(before.map((option) => [option.value, option]))
  const isKept = new Set(after.map(({ value }) => value))
  return [
    ...after.flatMap((option): DefinitionChange[] => {
      const was = old.get(option.value)
      if (!was) return [{ kind: 'option.added', label, option: option.label }]
      return differ(was.label, option.label) ? [{ kind: 'option.renamed', label, option: option.label }] : []
    }),
    ...before
      .filter(({ value }) => !isKept.has(value))
      .map((option): DefinitionChange => ({ kind: 'option.removed', label, option: option.label })),
  ]
}

const foundBy = ({ number: _n, alerts: _a, ...rest }: FindingRule) => rest

function ofFindings(before: readonly FindingRule[], after: readonly FindingRule[]): DefinitionChange[] {
  return [
    ...after.flatMap((rule): DefinitionChange[] => {
      const was = before.find(({ id }) => id === rule.id)
      if (!was) return [{ kind: 'finding.added', label: rule.label }]
      const { label } = rule
      return [
        ...(differ(foundBy(was), foundBy(rule)) ? [{ kind: 'finding.changed', label } as const] : []),
        ...(differ(alertsOf(was), alertsOf(rule)) ? [{ kind: 'finding.alerts', label } as const] : []),
      ]
    }),
    ...before
      .filter(({ id }) => !after.some((rule) => rule.id === id))
      .map(({ label }): DefinitionChange => ({ kind: 'finding.removed', label })),
  ]
}
