import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord } from './layout.ts'

/** What opens the data and must not lie with it: by their names in a data folder. */
const keyFiles = ['secrets.json', 'master-keys'] as const

/** Copies the keys of a folder to another one; those that are not there are left out. */
export function copyKeys(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o700 })
  for (const name of keyFiles) {
    const source = join(from, name)
    if (!existsSync(source)) continue
    copyFileSync(source, join(to, name))
    chmodSync(join(to, name), 0o600)
  }
}

/** Whether a file of a data folder is one of its keys. */
export const isKeyFile = (name: string): boolean => keyFiles.some((each) => each === name)

/** The keys of a folder as the server's commands take them. Nothing is made here that is not there. */
export function keyEnvironment(folder: string): Record<string, string> {
  const secrets = readSecrets(join(folder, 'secrets.json'))
  const ring = join(folder, 'master-keys')
  const backupKey = process.env['BACKUP_KEY'] ?? secrets['backupKey']
  const former = secrets['masterKey']
  return {
    ...(typeof backupKey === 'string' ? { BACKUP_KEY: backupKey } : {}),
    ...(existsSync(ring) ? { MASTER_KEYS_FILE: ring } : {}),
    ...(!existsSync(ring) && typeof former === 'string' ? { MASTER_KEY: former } : {}),
  }
}

function readSecrets(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {}
  const secrets: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return isRecord(secrets) ? secrets : {}
}
