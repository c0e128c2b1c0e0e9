import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { figure } from './figure.ts'
import { repoRoot } from './layout.ts'

/* A second look at what lint forbids, by other means, and at what it cannot see. */
const programs = [
  'server/src',
  'shared/src',
  'shared/cage/src',
  'workplace/api',
  'workplace/contracts',
  'sandbox/src',
]
const pages = ['miniapps', 'admin-console/src', 'workplace/client/src']
const left = /(^|\/)(node_modules|dist)(\/|$)|\.(test|spec)\.ts$|\/testing\//

interface Source {
  readonly path: string
  /** Without comments. */
  readonly text: string
}

function sourcesIn(folders: readonly string[]): Source[] {
  return folders.flatMap((folder) =>
    readdirSync(join(repoRoot, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`)
      .filter((path) => /\.(ts|vue)$/.test(path) && !left.test(path))
      .map((path) => ({
        path,
        text: readFileSync(join(repoRoot, path), 'utf8').replace(
          /\/\*[^]*?\*\/|(?<=^|[^:'"`\\])\/\/.*$/gm,
          '',
        ),
      })),
  )
}

const found = (sources: readonly Source[], what: RegExp) =>
  sources.flatMap(({ path, text }) => [...text.matchAll(what)].map(([match]) => `${path}: ${match}`))

describe('one clock', () => {
  const clocks = /(^|\/)clock\.ts$|\/adapters\/[^/]*clock/

  it('R-30: nobody but the clock asks what time it is', () => {
    const sources = sourcesIn(['server/src', 'shared/src']).filter(({ path }) => !clocks.test(path))
    const reads = found(sources, /\bDate\.now\(|\bnew Date\(\s*\)|Temporal\.Now\b/g)
    figure({
      id: 'R-30',
      n: sources.length,
      value: reads.length,
      unit: 'direct clock reads',
      target: '=0',
      ok: reads.length === 0,
    })
    expect(reads).toEqual([])
    expect(sources.length).toBeGreaterThan(200)
  })
})

describe('addresses', () => {
  it('S-48: no screen keeps what was typed in its own address', () => {
    const sources = sourcesIn(pages)
    const typed =
      /\bquery(?:\.\w+)?\('(?:q|search|keyword|phone)'|\bquery\b[^\n]*\{[^}\n]*\b(?:q|search|keyword|phone): /g
    const faults = found(sources, typed)
    figure({
      id: 'S-48',
      n: sources.length,
      value: faults.length,
      unit: 'screens with typed text in their address',
      target: '0',
      ok: faults.length === 0,
    })
    expect(faults).toEqual([])
    expect("const search = query.text('search')").toMatch(typed)
  })
})

describe('cryptography', () => {
  it('S-99: chance comes from the system, secrets are compared in constant time, no cipher is made at home', () => {
    const sources = sourcesIn([...programs, ...pages])
    const faults = [
      ...found(sources, /\bMath\.random\b|\bpseudoRandomBytes\b/g),
      ...found(
        sources,
        /\b\w*(?:[sS]ecret|[pP]assword|[sS]ignature|[hH]mac)\s*[!=]==\s*(?!'|"|`|null|undefined|true|false)\w+/g,
      ),
      ...found(
        sources,
        /create(?:Cipher|Decipher)\(|'(?:des|rc4|aes-\d+-ecb|bf)(?![a-z])[^']*'|createHash\('md5'\)/gi,
      ),
    ]
    figure({
      id: 'S-99',
      n: sources.length,
      value: faults.length,
      unit: 'findings',
      target: '=0',
      ok: faults.length === 0,
    })
    expect(faults).toEqual([])
  })
})

describe('S-84: regular expressions', () => {
  const literal =
    /(?<=[=(,:!&|?;{[\s])\/((?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)(?=[.,;)\s}\]:])/g

  function expressions(): { readonly path: string; readonly expression: RegExp }[] {
    return sourcesIn([...programs, ...pages]).flatMap(({ path, text }) => {
      const script = path.endsWith('.vue') ? (/<script[^>]*>([^]*?)<\/script>/.exec(text)?.[1] ?? '') : text
      const quoted = [...script.matchAll(/pattern: (['"])(\^.*?\$)\1/g)].map(([, , source = '']) => [
        source.replaceAll('\\\\', '\\'),
        'u',
      ])
      const written = [...script.matchAll(literal)].map(([, source = '', flags = '']) => [source, flags])
      return [...written, ...quoted].flatMap(([source = '', flags = '']) => {
        try {
          return [{ path, expression: new RegExp(source, flags.replace(/[gy]/g, '')) }]
        } catch {
          return [] // a division, or half of a text
        }
      })
    })
  }

  /** Longer than any text a request may hold where an expression looks at it. */
  const longest = 4_000
  /** Texts that make an expression with two ways to read them try all. */
  function attacks({ source }: RegExp): string[] {
    const own = [...new Set(source.replace(/\\[a-zA-Z]|[^\w .:/@%,;=+\-"'<>]/g, ''))].slice(0, 6)
    const parts = [...own, 'a', '0', ' ', '-', '.', '中', '\t', 'a ', '0a', ' \n', '""', "a'", '0.', ':0']
    const begin = /[A-Za-z0-9]+/.exec(source)?.[0] ?? ''
    return parts.flatMap((part) => [
      `${part.repeat(24)}!`,
      `${part.repeat(Math.floor(longest / part.length))}!\u0000`,
      `${begin}${part.repeat(Math.floor(longest / part.length / 2))}!`,
    ])
  }

  /** CPU time of this process, not of the clock: others may be at work. */
  function costMs(expression: RegExp, text: string): number {
    const before = process.cpuUsage()
    expression.test(text)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  }

  it('none takes long, whatever the text', () => {
    const all = expressions()
    const slow: string[] = []
    let tried = 0
    for (const { path, expression } of all)
      for (const text of attacks(expression)) {
        tried += 1
        // What was slow once may have met a collection of garbage; what is slow three times is slow.
        const isSlow = [1, 2, 3].every(() => costMs(expression, text) > 10)
        if (isSlow) slow.push(`${path}: ${String(expression)}`)
      }
    const faults = [...new Set(slow)]
    figure({
      id: 'S-84',
      n: tried,
      value: faults.length,
      unit: 'expressions over 10 ms for a text',
      target: '=0',
      ok: faults.length === 0,
    })
    expect(faults).toEqual([])
    expect([all.length > 150, tried >= 10_000]).toEqual([true, true])
  }, 60_000)

  it('would find one that does', () => {
    const bad = /^(\w+\s?)*$/
    expect(attacks(bad).some((text) => text.length < 40 && costMs(bad, text) > 10)).toBe(true)
  }, 60_000)
})
