import * as expect from './expect.ts'
import type { Answer } from './platform.ts'

const deep = (levels: number): unknown => (levels === 0 ? 'x' : [deep(levels - 1)])

/** Values nobody sends by accident, and some that programs do send. */
export const oddValues: readonly unknown[] = [
  '',
  ' ',
  '0',
  -1,
  0,
  1.5,
  1e21,
  99_999_999_999,
  9_007_199_254_740_992,
  true,
  null,
  [],
  ['1', '2'],
  {},
  { $ne: 1 },
  '\u0000',
  'a\u0000b',
  '\ud800',
  '😀'.repeat(40),
  '长'.repeat(5000),
  "'; drop table members; --",
  '1,2,3',
  '__proto__',
  deep(40),
]

/** Answered, or refused in words: no -1 of the old side, no 5xx of the new one. */
export function notBusy(answer: Answer, what: string): void {
  const errcode = expect.at(answer.body, 'errcode')
  const code = errcode ?? expect.at(answer.body, 'code')
  if (answer.status >= 500 || errcode === -1 || (answer.status >= 400 && code === undefined))
    expect.fail(`${what} should be answered or refused in words`, answer)
}

export const shown = (value: unknown): string => JSON.stringify(value).slice(0, 60)
