import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const repoRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

export const processNames = ['sandbox', 'workplace', 'server'] as const
export type ProcessName = (typeof processNames)[number]

export const defaultPortBase = 7000

/** One row of ports, so that `--port-base` moves all of them. */
export const portOffsets = { workplace: 100, server: 200, sandbox: 300, smtp: 325, database: 432 } as const
export type Ports = Readonly<Record<keyof typeof portOffsets, number>>

export const portsFrom = (base: number): Ports => ({
  workplace: base + portOffsets.workplace,
  server: base + portOffsets.server,
  sandbox: base + portOffsets.sandbox,
  smtp: base + portOffsets.smtp,
  database: base + portOffsets.database,
})

/** The address other devices on the same network reach this machine by. */
export function lanAddress(): string | undefined {
  const all = Object.entries(networkInterfaces())
    .filter(([name]) => !/^(docker|br-|veth|utun|virbr|tun|tap)/.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter(
      (address) => address.family === 'IPv4' && !address.internal && !address.address.startsWith('169.254.'),
    )
  const isPrivate = (ip: string): boolean => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(ip)
  return (all.find((address) => isPrivate(address.address)) ?? all[0])?.address
}

export interface Workspace {
  readonly name: string
  readonly folder: string
  readonly scripts: Readonly<Record<string, string>>
  /** Names of our own packages it uses. */
  readonly uses: readonly string[]
}

/** Every package of the repository, as pnpm-workspace.yaml lists them: folders, or folder/*. */
export function workspaces(): Workspace[] {
  const list = readFileSync(join(repoRoot, 'pnpm-workspace.yaml'), 'utf8')
  const patterns = [
    ...(/^packages:\n((?:\s+- .*\n)+)/m.exec(list)?.[1] ?? '').matchAll(/-\s+'?([^'\n]+?)'?\n/g),
  ]
  return patterns
    .flatMap(([, pattern = '']) => foldersOf(pattern))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map(readWorkspace)
}

function foldersOf(pattern: string): string[] {
  if (!pattern.endsWith('/*')) return [join(repoRoot, pattern)]
  const parent = join(repoRoot, pattern.slice(0, -2))
  return readdirSync(parent).map((name) => join(parent, name))
}

function readWorkspace(folder: string): Workspace {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = (key: string): Record<string, string> => {
    const value = isRecord(manifest) ? manifest[key] : undefined
    return isRecord(value)
      ? Object.fromEntries(Object.entries(value).flatMap(([k, v]) => (typeof v === 'string' ? [[k, v]] : [])))
      : {}
  }
  const name = isRecord(manifest) && typeof manifest['name'] === 'string' ? manifest['name'] : folder
  const dependencies = { ...texts('dependencies'), ...texts('devDependencies') }
  const uses = Object.keys(dependencies).filter((key) => dependencies[key]?.startsWith('workspace:'))
  return { name, folder, scripts: texts('scripts'), uses }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
