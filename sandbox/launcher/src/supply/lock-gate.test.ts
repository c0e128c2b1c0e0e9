import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { figure } from '../figure.ts'
import { licencesFile } from '../supply.ts'
import { isAllowed, licenceOf, licencePage } from './licences.ts'
import { bannedFaults, lockFaults, type Tree } from './lock-gate.ts'
import { readLockfile } from './lockfile.ts'
import { bans, installScripts, licenceExceptions } from './policy.ts'
import { realTree } from './tree.ts'

const real = realTree()
/** As long as it takes to plant something in: the real one takes its time to read. */
const smallText = `importers:
  server:
    dependencies:
      pg:
        specifier: 'catalog:'
        version: 8.23.1
packages:
  pg@8.23.1:
    resolution: {integrity: sha512-AAAA}
snapshots:
  pg@8.23.1: {}
`
const pg = { id: 'pg@8.23.1', name: 'pg', licence: 'MIT', hasInstallScript: false, homepage: undefined }
const small: Tree = { ...real, lock: readLockfile(smallText), installed: new Map([[pg.id, pg]]) }

/** The small tree with its lock file changed. */
const withLock = (change: (lock: string) => string): Tree => {
  const changed = change(smallText)
  if (changed === smallText) throw new Error('nothing was planted')
  return { ...small, lock: readLockfile(changed) }
}
const withWorkspace = (change: (workspace: string) => string): Tree => ({
  ...small,
  workspace: change(real.workspace),
})
const withPackage = (
  id: string,
  more: { licence?: string | undefined; hasInstallScript?: boolean },
): Tree => {
  const name = id.slice(0, id.lastIndexOf('@'))
  const added = { id, name, licence: 'MIT', hasInstallScript: false, homepage: undefined, ...more }
  return {
    ...withLock((lock) =>
      lock.replace('packages:\n', `packages:\n  '${id}':\n    resolution: {integrity: sha512-AAAA}\n`),
    ),
    installed: new Map([...small.installed, [id, added]]),
  }
}

const planted: readonly (readonly [string, Tree, RegExp])[] = [
  [
    'no integrity',
    withLock((lock) => lock.replace(/(\n {4}resolution: )\{integrity: sha512-[^}]+\}/, '$1{}')),
    /has no integrity/,
  ],
  [
    'a weak integrity',
    withLock((lock) => lock.replace('integrity: sha512-', 'integrity: sha1-')),
    /weak integrity/,
  ],
  [
    'a git repository',
    withLock((lock) =>
      lock.replace(/(\n {4}resolution: )\{/, '$1{type: git, repo: https://example.org/x.git, commit: abc, '),
    ),
    /does not come from the registry: type/,
  ],
  [
    'an archive by address',
    withLock((lock) => lock.replace(/(\n {4}resolution: )\{/, '$1{tarball: https://example.org/x.tgz, ')),
    /does not come from the registry: tarball/,
  ],
  [
    'a wish for an address',
    withLock((lock) => lock.replace("specifier: 'catalog:'", 'specifier: git+ssh://git@example.org/x.git')),
    /by git\+ssh/,
  ],
  [
    'a wish for a range',
    withLock((lock) => lock.replace("specifier: 'catalog:'", "specifier: '^1.0.0'")),
    /by \^1\.0\.0/,
  ],
  [
    'a banned version',
    withLock((lock) => lock.replace(/^ {2}pg@8\.23\.1:\n {4}res/m, '  xlsx@0.18.5:\n    res')),
    /xlsx@0\.18\.5 is banned/,
  ],
  [
    'scripts allowed',
    withWorkspace((yaml) => yaml.replace('allowBuilds:', 'allowBuilds:\n  core-js: true')),
    /core-js may run scripts/,
  ],
  [
    'scripts nobody spoke about',
    withPackage('left-pad@9.9.9', { hasInstallScript: true }),
    /left-pad@9\.9\.9 has an install script/,
  ],
  [
    'a licence off the list',
    withPackage('left-pad@9.9.9', { licence: 'AGPL-3.0-only' }),
    /AGPL-3\.0-only is not on the list/,
  ],
  ['no licence', withPackage('left-pad@9.9.9', { licence: undefined }), /states no licence/],
  [
    'another licence than its family',
    withPackage('@esbuild/plan9@1.0.0', { licence: 'GPL-3.0-only' }),
    /its family is listed with MIT/,
  ],
  [
    'all scripts allowed',
    withWorkspace((yaml) => `${yaml}\ndangerouslyAllowAllBuilds: true\n`),
    /every package may run scripts/,
  ],
  [
    'fresh releases',
    withWorkspace((yaml) => yaml.replace('minimumReleaseAge: 1440', 'minimumReleaseAge: 0')),
    /younger than a day/,
  ],
  [
    'an override by address',
    withWorkspace((yaml) => `${yaml}\noverrides:\n  pg: https://example.org/pg.tgz\n`),
    /pg is overridden/,
  ],
  ['another registry', { ...small, npmrc: ['registry=https://example.org/\n'] }, /names a registry/],
]

describe('S-93: where packages come from', () => {
  it('is as it should be', () => {
    const faults = lockFaults(real)
    const n = real.lock.packages.length
    figure({
      id: 'S-93',
      n,
      value: faults.length,
      unit: 'faults of the lock file',
      target: '=0',
      ok: faults.length === 0,
    })
    expect(faults).toEqual([])
    expect(n).toBeGreaterThan(400)
  })

  it('is right in the small tree that faults are planted in', () => {
    expect(lockFaults(small)).toEqual([])
  })

  it('would be noticed if it were not, each planted fault by itself', () => {
    const missed = planted.filter(([, tree, fault]) => !lockFaults(tree).some((each) => fault.test(each)))
    const found = planted.length - missed.length
    figure({
      id: 'S-93',
      n: planted.length,
      value: found,
      unit: 'planted faults found',
      target: `=${planted.length}`,
      ok: missed.length === 0,
    })
    expect(missed.map(([name]) => name)).toEqual([])
    expect(planted.length).toBeGreaterThanOrEqual(10)
  })

  it('lets scripts run only for reasons that still hold', () => {
    const names = new Set(real.lock.packages.map(({ name }) => name))
    expect(Object.keys(installScripts).filter((name) => !names.has(name))).toEqual([])
    const families = Object.keys(licenceExceptions).map((family) => family.replace(/\*.*/, ''))
    expect(families.filter((start) => ![...names].some((name) => name.startsWith(start)))).toEqual([])
  })
})

describe('S-92: versions that must not come back', () => {
  const locked = (name: string, version: string) => ({
    id: `${name}@${version}`,
    name,
    version,
    resolution: {},
    isForOneMachine: false,
  })

  it('are not in the lock file', () => {
    const found = real.lock.packages.flatMap(bannedFaults)
    figure({
      id: 'S-92',
      n: bans.length,
      value: found.length,
      unit: 'banned versions',
      target: '=0',
      ok: found.length === 0,
    })
    expect(found).toEqual([])
  })

  it.each([
    ['0.18.5', true],
    ['0.20.1', true],
    ['0.20.2-beta.1', true],
    ['0.20.2', false],
    ['0.20.10', false],
    ['1.0.0', false],
  ])('S-62: xlsx %s is banned: %s', (version, isBanned) => {
    expect(bannedFaults(locked('xlsx', version)).length > 0).toBe(isBanned)
  })
})

describe('licences', () => {
  it('are listed as they are; otherwise: npm run licences', () => {
    expect(readFileSync(licencesFile, 'utf8')).toBe(licencePage(real.lock, real.installed))
  })

  it('are one of the alternatives, in all its parts', () => {
    expect(isAllowed('x', 'GPL-3.0-only OR MIT')).toBe(true)
    expect(isAllowed('x', 'GPL-3.0-only AND MIT')).toBe(false)
    expect(isAllowed('x', '(MIT OR GPL-3.0-only) AND ISC')).toBe(false)
    expect(isAllowed('x', 'SEE LICENSE IN LICENSE.md')).toBe(false)
    expect(isAllowed('@img/sharp-libvips-linux-x64', 'LGPL-3.0-or-later')).toBe(true)
    expect(isAllowed('libvips', 'LGPL-3.0-or-later')).toBe(false)
  })

  it('are told the same on every machine', () => {
    const perMachine = real.lock.packages.filter(({ isForOneMachine }) => isForOneMachine)
    const untold = perMachine.filter((locked) => licenceOf(locked, undefined) === undefined)
    expect(untold.map(({ id }) => id)).toEqual([])
    expect(perMachine.length).toBeGreaterThan(30)
  })
})

it('walks the production tree: what tests alone need is not in it', () => {
  const names = new Set([...real.lock.production].map((id) => id.slice(0, id.lastIndexOf('@'))))
  for (const name of ['fastify', 'pg', 'vue', '@e965/xlsx', 'ioredis']) expect(names).toContain(name)
  for (const name of ['vitest', 'eslint', 'axe-core', 'fast-check']) expect(names).not.toContain(name)
})
