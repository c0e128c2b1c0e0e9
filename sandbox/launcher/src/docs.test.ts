import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { repoRoot } from './layout.ts'

const docs = join(repoRoot, 'docs')
const pagesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
const pages = [
  ...['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'e2e/README.md'].map((name) =>
    join(repoRoot, name),
  ),
  ...pagesBelow(docs),
]

/** Text without code, where brackets mean something else. */
const proseOf = (page: string): string =>
  readFileSync(page, 'utf8')
    .replace(/^(```|~~~).*?^\1/gms, '')
    .replace(/`[^`\n]*`/g, '')

/** Targets of links and pictures that lie in the repository. */
const targetsOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))

/** The name GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-')
const anchorsOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading))

function problemOf(page: string, target: string): string | undefined {
  const [path = '', anchor] = decodeURIComponent(target).split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (relative(repoRoot, file).startsWith('..')) return 'leaves the repository'
  if (!existsSync(file)) return 'no such file'
  if (anchor && statSync(file).isFile() && !anchorsOf(file).includes(anchor)) return 'no such heading'
  return undefined
}

describe('the documentation', () => {
  it.each(pages.map((page) => relative(repoRoot, page)))('%s links only to what exists', (name) => {
    const page = join(repoRoot, name)
    const broken = targetsOf(page).flatMap((target) => {
      const problem = problemOf(page, target)
      return problem ? [`${target}: ${problem}`] : []
    })
    expect(broken).toEqual([])
  })

  it('finds links, missing files and missing headings', () => {
    const readme = join(repoRoot, 'README.md')
    expect(targetsOf(readme).length).toBeGreaterThan(10)
    expect(problemOf(readme, 'docs/nothing.md')).toBe('no such file')
    expect(problemOf(readme, 'docs/operations.md#nothing')).toBe('no such heading')
    expect(problemOf(readme, 'docs/operations.md#backup')).toBeUndefined()
  })

  it('keeps no picture that no page shows', () => {
    const shown = new Set(
      pages.flatMap((page) => targetsOf(page).map((target) => join(dirname(page), target))),
    )
    const unused = readdirSync(join(docs, 'pictures')).filter(
      (name) => !shown.has(join(docs, 'pictures', name)),
    )
    expect(unused).toEqual([])
  })

  it('lists every decision in the index', () => {
    const listed = targetsOf(join(docs, 'adr', 'README.md'))
    const decisions = readdirSync(join(docs, 'adr')).filter((name) => /^\d{4}-.*\.md$/.test(name))
    expect(listed).toEqual(decisions.toSorted())
  })
})
