import { existsSync, readFileSync } from 'node:fs'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { Environment as ServerEnvironment } from '../config.ts'
import { BackupFault } from './faults.ts'

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

/** What the two commands read besides the server's own variables. */
const Environment = Type.Object({
  BACKUP_DATABASE_URL: text('Server’s database by a role that reads everything; `npm run backup` makes one'),
  WORKPLACE_DATABASE_URL: text('Database of an embedded workplace, for the same role'),
  SANDBOX_DATABASE_URL: text('Database of the stand-ins'),
  DATABASE_URL: text('Server’s database; a restore writes as its owner'),
  MIGRATION_DATABASE_URL: text('Owner of the server’s database when DATABASE_URL is another role’s'),
  MIGRATIONS_DIR: Type.String({ default: 'migrations' }),
  WORKPLACE_MIGRATIONS_DIR: text('Folder of the workplace’s migrations'),
  SANDBOX_MIGRATIONS_DIR: text('Folder of the stand-ins’ migrations'),
  DATA_DIR: Type.String({ default: '.data/server' }),
  S3_BUCKET: ServerEnvironment.properties.S3_BUCKET,
  S3_ENDPOINT: ServerEnvironment.properties.S3_ENDPOINT,
  S3_REGION: ServerEnvironment.properties.S3_REGION,
  S3_ACCESS_KEY: ServerEnvironment.properties.S3_ACCESS_KEY,
  S3_SECRET_KEY: ServerEnvironment.properties.S3_SECRET_KEY,
  S3_PATH_STYLE: ServerEnvironment.properties.S3_PATH_STYLE,
  OUTGOING_PRIVATE_HOSTS: ServerEnvironment.properties.OUTGOING_PRIVATE_HOSTS,
  SUITES_JSON: text('Suites file that goes into the backup'),
  MASTER_KEYS: text('Key ring, `id:base64` each, comma separated'),
  MASTER_KEYS_FILE: text('File with the key ring, an entry a line'),
  MASTER_KEY: text('The one master key of installations older than the ring'),
  BACKUP_KEY: text('Passphrase, or any long secret, that seals the backup'),
  BACKUP_KEY_FILE: text('File that holds it instead'),
})
export type BackupConfig = Readonly<Static<typeof Environment>>

type Env = Readonly<Record<string, string | undefined>>

export const readEnvironment = (): Env => process.env

/** What the two commands need of an environment. */
export function loadBackupConfig(env: Env): BackupConfig {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value))
  return Object.freeze(
    Value.Parse(
      Environment,
      Value.Clean(Environment, Value.Convert(Environment, Value.Default(Environment, given))),
    ),
  )
}

const shortestSecret = 12

/** @throws BackupFault when there is no secret to seal or open a backup with. */
export function backupSecret(config: BackupConfig): string {
  const { BACKUP_KEY, BACKUP_KEY_FILE } = config
  const secret =
    BACKUP_KEY ??
    (BACKUP_KEY_FILE && existsSync(BACKUP_KEY_FILE) ? readFileSync(BACKUP_KEY_FILE, 'utf8') : '')
  // Whoever has neither forgot the keys as a whole.
  if (secret === '' && masterKeys(config).size === 0) throw new BackupFault('no-ring')
  if (secret.trim().length >= shortestSecret) return secret.trim()
  throw new BackupFault('usage', 'BACKUP_KEY, BACKUP_KEY_FILE: 12 +')
}

/** The master keys at hand, by their ids. */
export function masterKeys(config: BackupConfig): ReadonlyMap<string, Buffer> {
  const { MASTER_KEYS = '', MASTER_KEYS_FILE, MASTER_KEY } = config
  const file = MASTER_KEYS_FILE && existsSync(MASTER_KEYS_FILE) ? readFileSync(MASTER_KEYS_FILE, 'utf8') : ''
  const entries = [MASTER_KEY ? `1:${MASTER_KEY}` : '', ...MASTER_KEYS.split(','), ...file.split('\n')]
  return new Map(
    entries.flatMap((entry) => {
      const [, id, key] = /^([\w-]+):([A-Za-z0-9+/=]{43,44})$/.exec(entry.trim()) ?? []
      return id && key ? [[id, Buffer.from(key, 'base64')] as const] : []
    }),
  )
}
