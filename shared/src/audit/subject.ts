import type { Audit } from '../contracts/audit-declaration.ts'

/** What went in and came out of one call of a route. */
export interface CallParts {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly response: unknown
}

type DetailValue = string | number | boolean | null

export interface AuditSubject {
  readonly object: string
  readonly people: string[]
  readonly detail: Readonly<Record<string, DetailValue>>
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Reads what a declaration points at: the object's name, the people concerned, and the details to keep. */
export function subjectOf(
  {
    object,
    people,
    detail,
  }: Pick<Extract<Audit, { kind: 'reads' | 'changes' }>, 'object' | 'people' | 'detail'>,
  parts: CallParts,
): AuditSubject {
  const named = object.replace(/\{([\w.]+)\}/g, (_, path: string) =>
    String(valuesAt(parts, path.includes('.') ? path : `params.${path}`)[0] ?? ''),
  )
  const ids = people
    .flatMap((path) => valuesAt(parts, path))
    .filter((value): value is string => typeof value === 'string' && uuid.test(value))
  const kept = detail.flatMap((path) => {
    const value = valuesAt(parts, path)[0]
    return isPlain(value) ? [[path.split('.').at(-1) ?? path, value] as const] : []
  })
  return { object: named, people: [...new Set(ids)], detail: Object.fromEntries(kept) }
}

function valuesAt(parts: CallParts, path: string): unknown[] {
  return path
    .split('.')
    .reduce<unknown[]>((values, name) => values.flatMap((value) => member(value, name)), [parts])
}

/** A member of an object, or of each object of a list. */
function member(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => member(item, name))
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return []
  const found: unknown = Reflect.get(value, name)
  return Array.isArray(found) ? found : [found]
}

function isPlain(value: unknown): value is DetailValue {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
