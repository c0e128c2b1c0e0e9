import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { figure } from './figure.ts'
import { isRecord, repoRoot } from './layout.ts'
import { add, nothing, oneCheck, type Tally } from './tally.ts'
import { auditToday } from './supply/audit.ts'
import { licencePage } from './supply/licences.ts'
import { sbomOf } from './supply/sbom.ts'
import { scanBundles } from './supply/secret-places.ts'
import { realTree } from './supply/tree.ts'

const usage = `npm run sbom [-- --out FILE]    writes the bill of materials, CycloneDX 1.6 (.data/sbom.cdx.json)
npm run licences                writes docs/licences.md
npm run audit                   asks the registry about the production tree`

export const licencesFile = join(repoRoot, 'docs', 'licences.md')

/** `npm run sbom|licences|audit`. */
export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { out: { type: 'string' } },
    allowPositionals: true,
  })
  const [what] = positionals
  if (what === 'sbom') return writeSbom(values.out ?? join(repoRoot, '.data', 'sbom.cdx.json'))
  if (what === 'licences') return writeLicences()
  if (what === 'audit') return (await audit()).failed === 0 ? 0 : 1
  console.log(usage)
  return 1
}

/** The bill of materials of what is checked out. */
export function currentSbom(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'))
  return sbomOf({ ...realTree(), version: isRecord(manifest) ? String(manifest['version']) : '0' })
}

function writeSbom(file: string): number {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${currentSbom()}\n`)
  console.log(`written: ${relative(process.cwd(), file)}`)
  return 0
}

function writeLicences(): number {
  const { lock, installed } = realTree()
  writeFileSync(licencesFile, licencePage(lock, installed))
  console.log(`written: ${relative(process.cwd(), licencesFile)}`)
  return 0
}

/** What is known about the production tree today (S-92). Where nobody can be asked it is left out, and said. */
export async function audit(): Promise<Tally> {
  const verdict = await auditToday()
  if (!verdict.isReached) {
    console.log(`The advisories could not be reached, so nothing is known: ${verdict.why}`)
    return { ...nothing, skipped: 1 }
  }
  const { open, badExceptions } = verdict
  for (const { id, package: name, severity, title } of open)
    console.log(`✗ ${severity} ${name}: ${title} (${id})`)
  for (const fault of badExceptions) console.log(`✗ exception ${fault}`)
  const n = realTree().lock.production.size
  figure({
    id: 'S-92',
    n,
    value: open.length,
    unit: 'high or critical open',
    target: '=0',
    ok: open.length === 0,
  })
  return oneCheck(open.length === 0 && badExceptions.length === 0)
}

/** No bundle or source map holds a secret (S-95). */
export function bundles(): Tally {
  const { files, findings } = scanBundles()
  for (const { rule, where, line, print } of findings) console.log(`✗ ${where}:${line} ${rule} (${print})`)
  figure({
    id: 'S-95',
    n: files,
    value: findings.length,
    unit: 'secrets in bundles',
    target: '=0',
    ok: findings.length === 0,
  })
  return add(nothing, oneCheck(findings.length === 0 && files > 0))
}
