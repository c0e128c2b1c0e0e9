import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repoRoot } from '../layout.ts'
import { guards } from './guard-list.ts'
import { verdictOf, withoutHeart } from './guards.ts'

const report = (...tests: { status: string; failureMessages?: string[] }[]) => ({
  testResults: [
    { status: 'failed', assertionResults: tests.map((test) => ({ fullName: 'a test', ...test })) },
  ],
})

describe('guards', () => {
  it.each(guards.map((guard) => [guard.name, guard] as const))(
    '%s stands where the list says',
    (_, guard) => {
      const text = readFileSync(join(repoRoot, guard.file), 'utf8')
      expect(withoutHeart(text, guard)).toBeDefined()
      expect(existsSync(join(repoRoot, guard.test.file))).toBe(true)
    },
  )

  it('have names of their own', () => {
    expect(new Set(guards.map(({ name }) => name)).size).toBe(guards.length)
  })
})

describe('trying without a guard', () => {
  it('finds its text once or not at all', () => {
    expect(withoutHeart('a b c', { heart: 'b', without: '' })).toBe('a  c')
    expect(withoutHeart('a b b', { heart: 'b', without: '' })).toBeUndefined()
    expect(withoutHeart('a', { heart: 'b', without: '' })).toBeUndefined()
  })

  it('is noticed only by a test that ran and failed for what it tests', () => {
    const failed = (message: string) =>
      report({ status: 'passed' }, { status: 'failed', failureMessages: [message] })
    expect(verdictOf(failed('AssertionError: expected 200 to be 403'))).toEqual({
      kind: 'noticed',
      by: 'a test',
    })
    expect(verdictOf(failed('ReferenceError: guard is not defined')).kind).toBe('broken')
    expect(verdictOf(failed('SyntaxError: Unexpected token')).kind).toBe('broken')
    expect(verdictOf(report({ status: 'passed' }))).toEqual({ kind: 'unnoticed' })
  })

  it('proves nothing when no test ran', () => {
    expect(verdictOf(undefined).kind).toBe('broken')
    expect(verdictOf(report({ status: 'skipped' })).kind).toBe('broken')
    expect(verdictOf({ testResults: [{ status: 'failed', assertionResults: [] }] }).kind).toBe('broken')
  })
})
