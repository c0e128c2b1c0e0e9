import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { repoRoot } from './layout.ts'

const opensTheQueue = /\b(queues?|startJobs|startRunner)\b/i
const ownImports = /\bfrom '(\.[^']+)'/g

/**
 * Test files of the server that meet the queue: the only part of it that lives on Redis when there is one (ADR 3).
 * A file counts when it, or a helper of the tests it imports, names the queue or starts jobs: nobody keeps a list.
 * @returns absolute paths, in the order of the folders.
 */
export function testsOfTheQueue(): string[] {
  const folder = join(repoRoot, 'server')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name))
    .filter((file) => opensTheQueue.test(readFileSync(file, 'utf8')) || helpersOf(file).some(startsJobs))
}

function helpersOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(ownImports)]
    .map(([, path = '']) => resolve(dirname(file), path))
    .filter((path) => path.startsWith(join(repoRoot, 'server/test/')))
}

/** Called, not offered: `server.ts` has the method, and every test imports it. */
const startsJobs = (file: string): boolean => /\.startJobs\(/.test(readFileSync(file, 'utf8'))
