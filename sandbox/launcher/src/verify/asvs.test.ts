import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { figure } from '../figure.ts'
import { repoRoot } from '../layout.ts'
import { asvsChecks } from './asvs-checks.ts'

const page = join(repoRoot, 'docs', 'asvs.md')
const checks = [...asvsChecks[1].split(' '), ...asvsChecks[2].split(' ')]

interface Row {
  readonly ids: readonly string[]
  readonly state: string
  readonly how: string
  readonly links: readonly string[]
}

const rows: readonly Row[] = readFileSync(page, 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => {
    const [, ids = '', state = '', how = '', shown = ''] = line.split('|').map((cell) => cell.trim())
    return {
      ids: ids.split(', '),
      state,
      how,
      links: [...shown.matchAll(/\]\(([^)#]+)/g)].map(([, target = '']) => join(dirname(page), target)),
    }
  })
const isTest = (file: string): boolean => /\.(test|journey|fault)\.ts$/.test(file) && existsSync(file)
const count = (...states: string[]): number =>
  rows.reduce((sum, { ids, state }) => sum + (states.includes(state) ? ids.length : 0), 0)

describe('docs/asvs.md', () => {
  it('answers every check of levels 1 and 2 once', () => {
    const answered = rows.flatMap(({ ids }) => ids)
    expect(answered.toSorted()).toEqual(checks.toSorted())
    expect(checks).toHaveLength(253)
    expect(rows.filter(({ state }) => !['met', 'written', 'open', 'n/a'].includes(state))).toEqual([])
    expect(rows.filter(({ how }) => how.length < 6)).toEqual([])
  })

  it('links what is met to a test, and what is written to a page', () => {
    const unproved = rows.filter(
      ({ state, links }) =>
        (state === 'met' && (links.length === 0 || !links.every(isTest))) ||
        (state === 'written' && (links.length === 0 || !links.every((link) => existsSync(link)))),
    )
    expect(unproved.map(({ ids }) => ids)).toEqual([])
  })

  it('is counted: what is shown, of what applies', () => {
    const applicable = count('met', 'written', 'open')
    const shown = count('met', 'written')
    const percent = Math.floor((1000 * shown) / applicable) / 10
    figure({
      id: 'ASVS',
      n: applicable,
      value: percent,
      unit: '% of the checks that apply, shown',
      target: '>=100',
      ok: shown === applicable,
    })
    expect(percent).toBeGreaterThan(90)
  })
})

describe('fields for passwords', () => {
  const folders = ['admin-console/src', 'workplace/client/src', 'miniapps']
  const inputs = folders.flatMap((folder) =>
    readdirSync(join(repoRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.vue') && !name.includes('node_modules'))
      .flatMap((name) => [
        ...readFileSync(join(repoRoot, folder, name), 'utf8').matchAll(
          /<\w[^>]*(?:current|new)-password[^>]*>/g,
        ),
      ])
      .map(([tag]) => tag),
  )

  it('ASVS 6.2.6, 6.2.7: hide what is typed, and take what is pasted or filled in', () => {
    expect(inputs.length).toBeGreaterThanOrEqual(2)
    expect(
      inputs.filter((tag) => !/type="password"/.test(tag) || /@paste|onpaste|autocomplete="off"/.test(tag)),
    ).toEqual([])
  })
})
