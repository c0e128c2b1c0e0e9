import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord } from './layout.ts'
import { PlainError } from './plain-error.ts'

const text = (): string => randomBytes(32).toString('base64url')
const letters = (length: number): string => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  return Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]).join('')
}
// The last of 43 base64 characters carries four bits of nothing; zeros keep every decoder content.
const aesKey = (): string => `${letters(42)}A`

const makers = {
  jwtSecret: text,
  setupToken: text,
  sessionSecret: text,
  operatorToken: text,
  backupKey: text,
  governmentSecret: text,
  smsSecret: text,
  formsSuiteSecret: text,
  formsToken: () => letters(24),
  formsAesKey: aesKey,
  employmentSuiteSecret: text,
  employmentToken: () => letters(24),
  employmentAesKey: aesKey,
  healthSuiteSecret: text,
  healthToken: () => letters(24),
  healthAesKey: aesKey,
} as const

export type Secrets = Readonly<Record<keyof typeof makers, string>>

/** Made at the first start and kept: losing them would lose what they sealed. New kinds are added to an old file. */
export function loadSecrets(dataDir: string): Secrets {
  const file = join(dataDir, 'secrets.json')
  const kept = existsSync(file) ? parse(file) : {}
  const secrets = Object.fromEntries(
    Object.entries(makers).map(([name, make]) => [
      name,
      typeof kept[name] === 'string' ? kept[name] : make(),
    ]),
  )
  if (!hasAll(secrets)) throw new Error('secrets are incomplete')
  if (Object.keys(secrets).some((name) => kept[name] === undefined)) {
    writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  }
  chmodSync(file, 0o600)
  return secrets
}

function parse(file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isRecord(value)) return value
  } catch {
    // Falls through: new secrets over old data would make it unreadable, so this is for a person to decide.
  }
  throw new PlainError(
    `${file} 已损坏，请从备份恢复。\n${file} is damaged. Restore it from a backup; the data cannot be read without it.`,
  )
}

const hasAll = (value: Record<string, string>): value is Secrets =>
  Object.keys(makers).every((name) => name in value)
