import { AssertionError } from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import type { Answer, Body } from './platform.ts'

const recordOf = (value: unknown): Body =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}

/** The value at a dotted path; list items by their number. */
export const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => recordOf(inner)[key], value)

/** A text or a number there, as text. */
export function textAt(value: unknown, path: string): string {
  const found = at(value, path)
  if ((typeof found === 'string' && found !== '') || typeof found === 'number') return String(found)
  return fail(`${path} should be a text`, value)
}

export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = at(value, path)
  return Array.isArray(found) ? found : fail(`${path} should be a list`, value)
}

/** A wanted value that stands for many: a kind, or one of several that the public pages leave open. */
export interface Wanted {
  readonly says: string
  fits(value: unknown): boolean
}

export const text: Wanted = { says: 'a text', fits: (value) => typeof value === 'string' && value !== '' }
export const someText: Wanted = { says: 'a text or an empty one', fits: (value) => typeof value === 'string' }
export const number: Wanted = { says: 'a number', fits: (value) => typeof value === 'number' }
export const boolean: Wanted = { says: 'true or false', fits: (value) => typeof value === 'boolean' }
export const list: Wanted = { says: 'a list', fits: (value) => Array.isArray(value) }
export const object: Wanted = {
  says: 'an object',
  fits: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
}
export const absent: Wanted = { says: 'nothing', fits: (value) => value === undefined }
export const oneOf = (...values: readonly unknown[]): Wanted => ({
  says: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`,
  fits: (value) => values.some((one) => isDeepStrictEqual(one, value)),
})
export const like = (pattern: RegExp): Wanted => ({
  says: `a text like ${String(pattern)}`,
  fits: (value) => typeof value === 'string' && pattern.test(value),
})

const isWanted = (value: unknown): value is Wanted => typeof recordOf(value)['fits'] === 'function'

/** Every dotted path holds what is wanted. Fields beyond those are nobody's business. */
export function holds(value: unknown, wanted: Readonly<Record<string, unknown>>): void {
  for (const [path, one] of Object.entries(wanted)) {
    const found = at(value, path)
    if (isWanted(one) ? !one.fits(found) : !isDeepStrictEqual(found, one))
      fail(`${path} should be ${isWanted(one) ? one.says : JSON.stringify(one)}`, value)
  }
}

/** oapi: HTTP 200 and errcode 0, with these fields. */
export function succeeds(answer: Answer, wanted: Readonly<Record<string, unknown>> = {}): Body {
  holds(answer, { status: 200 })
  holds(answer.body, { errcode: 0, ...wanted })
  return answer.body
}

/** oapi: HTTP 200 and one of these error codes. */
export function refuses(answer: Answer, ...codes: readonly number[]): void {
  holds(answer, { status: 200 })
  holds(answer.body, { errcode: oneOf(...codes), errmsg: text })
}

/** oapi: errcode 88, the reason in sub_code and once more in errmsg. */
export function refusesBySubCode(answer: Answer, code: string): void {
  holds(answer, { status: 200 })
  holds(answer.body, {
    errcode: 88,
    sub_code: code,
    sub_msg: text,
    errmsg: like(new RegExp(`subcode=${code}`)),
  })
}

/** api: HTTP 2xx with these fields and no code. */
export function grants(answer: Answer, wanted: Readonly<Record<string, unknown>> = {}): Body {
  holds(answer, { status: 200 })
  holds(answer.body, { code: absent, ...wanted })
  return answer.body
}

/** api: this status and one of these codes, with request id and message. */
export function denies(answer: Answer, status: number, ...codes: readonly string[]): void {
  holds(answer, { status })
  holds(answer.body, { code: oneOf(...codes), requestid: text, message: text })
}

/** Throws, with what came. Secrets are not in answers that fail: tokens and tickets come with success. */
export function fail(message: string, value: unknown): never {
  throw new AssertionError({ message: `${message}; came: ${JSON.stringify(value)}`.slice(0, 1500) })
}
