import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord, repoRoot } from '../layout.ts'
import { auditExceptions, type AuditException } from './policy.ts'

export interface Advisory {
  readonly id: string
  readonly package: string
  readonly severity: string
  readonly title: string
}

export type Audit =
  | { readonly isReached: true; readonly advisories: readonly Advisory[] }
  | { readonly isReached: false; readonly why: string }

export interface AuditVerdict {
  /** High and critical ones nobody has excepted. */
  readonly open: readonly Advisory[]
  /** Exceptions that are over, too long, or about nothing. */
  readonly badExceptions: readonly string[]
}

const dayMs = 86_400_000
const longestDays = 30

/** Judges what the audit found (S-92) on a day; an exception has a reason and an end at most thirty days away. */
export function judgeAudit(
  advisories: readonly Advisory[],
  exceptions: readonly AuditException[],
  today: string,
): AuditVerdict {
  const holding = exceptions.filter(({ until }) => until >= today)
  const open = advisories.filter(
    ({ id, severity }) =>
      /^(high|critical)$/.test(severity) && !holding.some(({ advisory }) => advisory === id),
  )
  const badExceptions = exceptions.flatMap(({ advisory, reason, since, until }) => {
    const days = (Date.parse(until) - Date.parse(since)) / dayMs
    if (until < today) return [`${advisory}: over since ${until}`]
    if (!(days <= longestDays) || since > today)
      return [`${advisory}: ${since} to ${until} is not within ${longestDays} days`]
    if (reason.trim().length < 10) return [`${advisory}: no reason`]
    return advisories.some(({ id }) => id === advisory) ? [] : [`${advisory}: no longer found`]
  })
  return { open, badExceptions }
}

/** Asks the registry for what is known about the production tree. Where it does not answer, there is no verdict. */
export async function askRegistry(): Promise<Audit> {
  const { code, out, err } = await pnpm(['audit', '--prod', '--json'])
  const advisories = advisoriesIn(out)
  if (advisories) return { isReached: true, advisories }
  const said = `${err} ${out}`.replace(/[^\x21-\x7e]+/g, ' ').trim()
  return { isReached: false, why: said.slice(0, 200) || `the audit ended with ${code}` }
}

/** Reads the report of `pnpm audit --json`; nothing when it is none. */
export function advisoriesIn(text: string): Advisory[] | undefined {
  const report = parsed(text)
  const advisories = isRecord(report) ? report['advisories'] : undefined
  if (!isRecord(advisories) || !isRecord(report) || 'error' in report) return undefined
  return Object.entries(advisories).map(([key, value]) => {
    const given = isRecord(value) ? value : {}
    const textOf = (name: string): string => String(given[name] ?? '')
    return {
      id: textOf('github_advisory_id') || key,
      package: textOf('module_name'),
      // What cannot be read is taken for the worst.
      severity: textOf('severity') || 'critical',
      title: textOf('title'),
    }
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function pnpm(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const manifest: unknown = JSON.parse(readFileSync(join(repoRoot, 'package.json'), 'utf8'))
  const manager = isRecord(manifest) ? String(manifest['packageManager']) : 'pnpm'
  return new Promise((done) => {
    let out = ''
    let err = ''
    const child = spawn('npx', ['--yes', manager, ...args], { cwd: repoRoot, timeout: 60_000 })
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    child.once('error', (error) => done({ code: 1, out, err: error.message }))
    child.once('close', (code) => done({ code: code ?? 1, out, err }))
  })
}

/** The verdict of today, or why there is none. */
export async function auditToday(): Promise<
  (AuditVerdict & { readonly isReached: true }) | Extract<Audit, { isReached: false }>
> {
  const audit = await askRegistry()
  if (!audit.isReached) return audit
  const today = new Date().toISOString().slice(0, 10)
  return { isReached: true, ...judgeAudit(audit.advisories, auditExceptions, today) }
}
