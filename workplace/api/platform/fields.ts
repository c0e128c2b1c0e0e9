import { refusals, PlatformError } from './errors.ts'
import { textOf, type Fields } from './gateway.ts'

export function requireText(fields: Fields, name: string): string {
  const text = textOf(fields[name])
  if (text === '') throw refusals.missing(name)
  return text
}

export function readInteger(fields: Fields, name: string, fallback: number): number {
  const text = textOf(fields[name])
  const value = text === '' ? fallback : Number(text)
  if (!Number.isSafeInteger(value)) throw new PlatformError(400002, `参数错误 ${name}`)
  return value
}

/** "a,b", or a JSON array, as text items. */
export function readList(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean)
  return textOf(value)
    .split(/[,|]/)
    .map((item) => item.trim())
    .filter(Boolean)
}

/** An object that came as JSON text (form bodies) or as itself. */
export function readObject(value: unknown): Fields | null {
  let object: unknown = value
  if (typeof value === 'string') {
    try {
      object = JSON.parse(value)
    } catch {
      return null
    }
  }
  return typeof object === 'object' && object !== null && !Array.isArray(object)
    ? Object.fromEntries(Object.entries(object))
    : null
}
