import type { Installed } from './installed.ts'
import type { LockedPackage, Lockfile } from './lockfile.ts'
import { familyLicences, licenceExceptions, licences } from './policy.ts'

/** Whether a name is one of a family written with stars, as `@esbuild/*`. */
const isOf = (family: string, name: string): boolean =>
  new RegExp(`^${family.split('*').map(escaped).join('.*')}$`).test(name)

const escaped = (text: string): string => text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&')

/**
 * The licence of a package as an SPDX expression. What exists per machine is told by its family, so that the answer is
 * the same on every machine; nothing when nobody knows.
 */
export function licenceOf(locked: LockedPackage, installed: Installed | undefined): string | undefined {
  const family = Object.entries(familyLicences).find(([pattern]) => isOf(pattern, locked.name))
  const stated = family?.[1] ?? installed?.licence
  return stated === undefined ? undefined : normalised(stated)
}

/** One spelling: no outer brackets, no alternative twice. */
function normalised(expression: string): string {
  const bare = expression.replace(/^\((.*)\)$/, '$1')
  return bare.includes(' OR ') ? [...new Set(bare.split(' OR '))].join(' OR ') : bare
}

/** Whether we may use it: one of the alternatives, and of that every part, is on the list or let in for this package. */
export function isAllowed(name: string, expression: string): boolean {
  // Brackets inside mean a mixture nobody has read yet.
  if (/[()]/.test(expression)) return false
  const excepted = Object.entries(licenceExceptions)
    .filter(([family]) => isOf(family, name))
    .map(([, { licence }]) => licence)
  const known = [...licences, ...excepted]
  return expression
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((part) => known.includes(part)))
}

/** `docs/licences.md`: what the product is built from, by licence. */
export function licencePage(lock: Lockfile, installed: ReadonlyMap<string, Installed>): string {
  const byLicence = new Map<string, Map<string, string[]>>()
  for (const locked of lock.packages.filter(({ id }) => lock.production.has(id))) {
    const licence = licenceOf(locked, installed.get(locked.id)) ?? 'unknown'
    const names = byLicence.get(licence) ?? new Map<string, string[]>()
    names.set(locked.name, [...(names.get(locked.name) ?? []), locked.version])
    byLicence.set(licence, names)
  }
  const sections = [...byLicence].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(section)
  const count = [...byLicence.values()].reduce((sum, names) => sum + names.size, 0)
  return `${intro(count)}\n${sections.join('\n')}`
}

const section = ([licence, names]: [string, Map<string, string[]>]): string => {
  const list = [...names]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, versions]) => `\`${name}\` ${versions.toSorted().join(', ')}`)
  return `## ${licence}\n\n${list.join(' ·\n')}\n`
}

const intro = (count: number): string => `# Licences

The ${count} packages the product is built from, tests and measurements aside, with the licence each states. Written by
\`npm run licences\` from the lock file; a test fails when it is out of date, and another when a licence is not one of
those that \`sandbox/launcher/src/supply/policy.ts\` allows. Builds for other machines are listed by their family.
`
