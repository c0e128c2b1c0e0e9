import { parse } from 'yaml'
import { isRecord } from '../layout.ts'
import type { Installed } from './installed.ts'
import { isAllowed, licenceOf } from './licences.ts'
import type { LockedPackage, Lockfile } from './lockfile.ts'
import { bans, installScripts, type Ban } from './policy.ts'

export interface Tree {
  readonly lock: Lockfile
  /** Text of `pnpm-workspace.yaml`. */
  readonly workspace: string
  readonly installed: ReadonlyMap<string, Installed>
  /** Texts of the `.npmrc` files of the repository. */
  readonly npmrc: readonly string[]
}

/** Everything about where packages come from that is not as it should be (S-93), one line each. */
export function lockFaults(tree: Tree): string[] {
  return [
    ...tree.lock.packages.flatMap(originFaults),
    ...tree.lock.packages.flatMap(bannedFaults),
    ...tree.lock.wishes.flatMap(({ by, name, specifier }) =>
      isPlain(specifier) ? [] : [`${by} asks for ${name} by ${specifier}`],
    ),
    ...scriptFaults(tree),
    ...licenceFaults(tree),
    ...settingFaults(tree),
  ]
}

function originFaults({ id, resolution }: LockedPackage): string[] {
  const { integrity } = resolution
  const faults: string[] = []
  if (typeof integrity !== 'string') faults.push(`${id} has no integrity`)
  else if (!integrity.startsWith('sha512-')) faults.push(`${id} has a weak integrity`)
  for (const key of Object.keys(resolution))
    if (key !== 'integrity') faults.push(`${id} does not come from the registry: ${key}`)
  return faults
}

/** Exact versions, the catalogue of exact versions, our own packages, and aliases of exact versions. */
const isPlain = (specifier: string): boolean =>
  /^(catalog:|workspace:\*|(npm:(@[\w.-]+\/)?[\w.-]+@)?\d+\.\d+\.\d+(-[\w.]+)?)$/.test(specifier)

export function bannedFaults({ id, name, version }: LockedPackage): string[] {
  return bans.filter((ban) => isBanned(ban, name, version)).map(({ why }) => `${id} is banned: ${why}`)
}

const isBanned = (ban: Ban, name: string, version: string): boolean =>
  ban.name === name && compare(version, ban.below) < 0

/** Orders `1.2.3` and `1.10.0-beta.1`; what comes before a release is older than it. */
function compare(a: string, b: string): number {
  const numbers = (version: string): number[] => (version.split('-')[0] ?? '').split('.').map(Number)
  const [left, right] = [numbers(a), numbers(b)]
  for (let i = 0; i < 3; i += 1) if (left[i] !== right[i]) return (left[i] ?? 0) - (right[i] ?? 0)
  return Number(b.includes('-')) - Number(a.includes('-'))
}

function scriptFaults({ workspace, installed }: Tree): string[] {
  const settings: unknown = parse(workspace)
  const stated = isRecord(settings) ? settings['allowBuilds'] : undefined
  const builds = isRecord(stated) ? stated : {}
  const allowed = Object.entries(builds).filter(([name, may]) => may !== false && !(name in installScripts))
  const silent = [...installed.values()].filter(
    ({ name, hasInstallScript }) => hasInstallScript && !(name in builds),
  )
  return [
    ...allowed.map(([name]) => `${name} may run scripts while it is installed and is not on the list`),
    ...silent.map(({ id }) => `${id} has an install script that pnpm-workspace.yaml says nothing about`),
  ]
}

function licenceFaults({ lock, installed }: Tree): string[] {
  return lock.packages.flatMap((locked) => {
    const own = installed.get(locked.id)
    const licence = licenceOf(locked, own)
    if (licence === undefined)
      return own || !locked.isForOneMachine ? [`${locked.id} states no licence`] : unknown(locked)
    if (own?.licence !== undefined && !isSame(licence, own.licence))
      return [`${locked.id} states ${own.licence}, its family is listed with ${licence}`]
    return isAllowed(locked.name, licence) ? [] : [`${locked.id}: the licence ${licence} is not on the list`]
  })
}

const unknown = ({ id }: LockedPackage): string[] => [`${id}: nobody has listed the licence of its family`]

const isSame = (licence: string, stated: string): boolean =>
  licence.split(' OR ').every((choice) => stated.includes(choice))

/** Settings of the package manager that would undo the rest. */
function settingFaults({ workspace, npmrc }: Tree): string[] {
  const settings: unknown = parse(workspace)
  const { dangerouslyAllowAllBuilds, minimumReleaseAge, overrides, patchedDependencies } = isRecord(settings)
    ? settings
    : {}
  const faults: string[] = []
  if (dangerouslyAllowAllBuilds === true) faults.push('every package may run scripts while it is installed')
  if (typeof minimumReleaseAge !== 'number' || minimumReleaseAge < 1_440)
    faults.push('releases younger than a day may enter the lock file')
  for (const [name, by] of Object.entries(isRecord(overrides) ? overrides : {}))
    if (!isPlain(String(by))) faults.push(`${name} is overridden by ${String(by)}`)
  for (const name of Object.keys(isRecord(patchedDependencies) ? patchedDependencies : {}))
    faults.push(`${name} is patched`)
  if (npmrc.some((text) => /^\s*(.*:)?(registry|_auth\w*)\s*=/m.test(text)))
    faults.push('an .npmrc in the repository names a registry or a token')
  return faults
}
