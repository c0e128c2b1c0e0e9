import { badParameters } from './bridge-wire.ts'

type Params = Readonly<Record<string, unknown>>

/** Readers of untrusted bridge parameters: a value of the expected kind, or a harmless default. */
export function textOf(params: Params, key: string, fallback = ''): string {
  const value = params[key]
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : fallback
}

export function requiredText(params: Params, key: string): string {
  const value = textOf(params, key)
  if (!value) throw badParameters(`${key} is required`)
  return value
}

export function flagOf(params: Params, key: string, fallback = false): boolean {
  const value = params[key]
  return typeof value === 'boolean' ? value : fallback
}

export function numberOf(params: Params, key: string, fallback: number): number {
  const value = Number(params[key])
  return params[key] !== undefined && params[key] !== '' && Number.isFinite(value) ? value : fallback
}

export function textsOf(params: Params, key: string): string[] {
  const value = params[key]
  if (!Array.isArray(value)) return []
  return value.flatMap((item) =>
    typeof item === 'string' ? [item] : typeof item === 'number' ? [String(item)] : [],
  )
}

/** The records of a list; what is none is left out. */
export function itemsOf(params: Params, key: string): Params[] {
  const value = params[key]
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown) => (typeof item === 'object' && item !== null ? [{ ...item }] : []))
}

/** `{ key, value }` rows, as `biz.util.chosen` takes them. */
export function choicesOf(params: Params, key: string): { key: string; value: string }[] {
  const value = params[key]
  if (!Array.isArray(value)) return []
  return value.flatMap((item: unknown) => {
    if (typeof item === 'string') return [{ key: item, value: item }]
    if (typeof item !== 'object' || item === null || !('key' in item)) return []
    const label = String(item.key)
    return [{ key: label, value: 'value' in item ? String(item.value) : label }]
  })
}

export function recordOf(params: Params, key: string): Params {
  const value = params[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

/** An http(s) URL, absolute or relative to the calling page. Any other scheme is refused. */
export function webUrl(text: string, base: string): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw badParameters('url must be http or https')
  return url
}
