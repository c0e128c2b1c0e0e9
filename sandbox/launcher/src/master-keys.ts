import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord } from './layout.ts'

const headline =
  '# Master keys, the first wraps. Whoever has them and the database reads everything; keep a copy apart.'

export const masterKeysFile = (dataDir: string): string => join(dataDir, 'master-keys')

/** A new entry of a key ring. The name `1` is kept for the key of installations older than the ring. */
export function newMasterKey(): string {
  return `k${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}`
}

/** The key ring of a data folder, made at the first start; a key kept in `secrets.json` before is taken over. */
export function loadMasterKeys(dataDir: string): readonly string[] {
  const file = masterKeysFile(dataDir)
  if (!existsSync(file)) {
    const former = formerKey(join(dataDir, 'secrets.json'))
    saveMasterKeys(dataDir, [former === null ? newMasterKey() : `1:${former}`])
  }
  chmodSync(file, 0o600)
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** Replaces the ring in one step: a reader sees the old or the new one. */
export function saveMasterKeys(dataDir: string, keys: readonly string[]): void {
  const file = masterKeysFile(dataDir)
  writeFileSync(`${file}.new`, [headline, ...keys, ''].join('\n'), { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}

function formerKey(secretsFile: string): string | null {
  if (!existsSync(secretsFile)) return null
  const secrets: unknown = JSON.parse(readFileSync(secretsFile, 'utf8'))
  const key = isRecord(secrets) ? secrets['masterKey'] : undefined
  return typeof key === 'string' ? key : null
}
