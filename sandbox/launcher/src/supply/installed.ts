import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord, repoRoot } from '../layout.ts'

/** What an installed package says about itself. */
export interface Installed {
  readonly id: string
  readonly name: string
  /** As it stands there: an SPDX expression, one of the older forms joined by OR, or nothing. */
  readonly licence: string | undefined
  readonly hasInstallScript: boolean
  readonly homepage: string | undefined
}

/** Every installed package by `name@version`, read from the store beside `node_modules`. */
export function installedPackages(root = repoRoot): Map<string, Installed> {
  const store = join(root, 'node_modules', '.pnpm')
  const found = new Map<string, Installed>()
  for (const entry of readdirSync(store)) {
    const modules = join(store, entry, 'node_modules')
    if (entry.startsWith('.') || !existsSync(modules)) continue
    for (const name of packagesIn(modules)) {
      // The others in there are links to entries of their own.
      const isOwn = entry.startsWith(`${name.replace('/', '+')}@`)
      const installed = isOwn ? read(join(modules, name)) : undefined
      if (installed) found.set(installed.id, installed)
    }
  }
  return found
}

const packagesIn = (modules: string): string[] =>
  readdirSync(modules).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(modules, name)).map((each) => `${name}/${each}`) : [name],
  )

function read(folder: string): Installed | undefined {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return undefined
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (!isRecord(manifest)) return undefined
  const { name, version, homepage } = manifest
  if (typeof name !== 'string' || typeof version !== 'string') return undefined
  const scripts = isRecord(manifest['scripts']) ? manifest['scripts'] : {}
  return {
    // Some write v1.2.3; registry and lock file leave the letter out.
    id: `${name}@${version.replace(/^v/, '')}`,
    name,
    licence: licenceOf(manifest),
    hasInstallScript:
      ['preinstall', 'install', 'postinstall'].some((key) => key in scripts) ||
      existsSync(join(folder, 'binding.gyp')),
    homepage: typeof homepage === 'string' ? homepage : undefined,
  }
}

function licenceOf(manifest: Readonly<Record<string, unknown>>): string | undefined {
  const stated: unknown[] = [manifest['license'], manifest['licenses']].flat()
  const names = stated.flatMap((each) => {
    const name = isRecord(each) ? each['type'] : each
    return typeof name === 'string' ? [name] : []
  })
  return names.length === 0 ? undefined : names.join(' OR ')
}
