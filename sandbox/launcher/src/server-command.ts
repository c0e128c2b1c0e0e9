import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inheritedEnvironment } from './environments.ts'
import { repoRoot } from './layout.ts'
import { PlainError } from './plain-error.ts'
import { usePostgres, type Postgres } from './postgres.ts'

export const databaseNames = ['kangbao', 'workplace', 'sandbox'] as const

/** The database servers outside are reached by, when there is one; else the embedded one is meant. */
export function outsidePostgres(): Postgres | undefined {
  const url = process.env['DATABASE_URL']
  return url ? usePostgres(url) : undefined
}

/** Runs a command of the server's to its end; its output is the caller's. Returns its exit code. */
export function runServerCommand(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const file = join(repoRoot, 'server', 'dist', 'commands', `${name}.js`)
  if (!existsSync(file))
    throw new PlainError(`请先构建：npm run build\nBuild first: npm run build (${file} is missing)`)
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--enable-source-maps', file, ...args], {
      cwd: join(repoRoot, 'server'),
      env: { ...inheritedEnvironment(), ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.once('error', failed)
    child.once('exit', (code) => done(code ?? 1))
  })
}
