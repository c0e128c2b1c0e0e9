import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino, type DestinationStream, type Logger } from 'pino'
import { movableClock } from './adapters/clocks.ts'
import { erasureJournal } from './adapters/erasure-journal.ts'
import { clamdScanner } from './adapters/clamd/scanner.ts'
import { dingtalkCallbacks } from './adapters/dingtalk/callbacks.ts'
import { dingtalkWorkplace } from './adapters/dingtalk/workplace.ts'
import { httpGovernment } from './adapters/http-government/government.ts'
import { httpWebhooks } from './adapters/http-webhooks/webhooks.ts'
import { httpGovernments } from './adapters/http-government/governments.ts'
import { httpSms } from './adapters/http-sms/sms.ts'
import { localFiles } from './adapters/local-files.ts'
import { noScanner } from './adapters/no-scanner.ts'
import { s3Files } from './adapters/s3/files.ts'
import { privateHostsOf } from './adapters/outgoing/outgoing.ts'
import { smtpMail } from './adapters/smtp/mail.ts'
import { parseSuites, type Config, type Suite } from './config.ts'
import { openDatabase, type Database } from './db/database.ts'
import { ticketStore } from './features/authorisation/index.ts'
import { postgresLive, type Live } from './http/live.ts'
import { signInGuard, type SignInGuard } from './http/sign-in-guard.ts'
import { openQueues, type Queues } from './jobs/queues.ts'
import { keyRing } from './keys/key-ring.ts'
import { keyVault } from './keys/key-vault.ts'
import type { MovableClock } from './ports/clock.ts'
import type { ErasureJournal } from './ports/erasure-journal.ts'
import type { FileStore } from './ports/file-store.ts'
import type { Government, Governments } from './ports/government.ts'
import type { Mail } from './ports/mail.ts'
import type { Sms } from './ports/sms.ts'
import type { TicketStore } from './ports/ticket-store.ts'
import type { Vault } from './ports/vault.ts'
import type { VirusScanner } from './ports/virus-scanner.ts'
import type { WorkplaceCallbacks } from './ports/workplace-callbacks.ts'
import type { Webhooks } from './ports/webhooks.ts'
import type { Workplace } from './ports/workplace.ts'

/** Everything the product reaches the world by; made once, replaceable in tests. */
export interface Deps {
  readonly config: Config
  readonly suites: readonly Suite[]
  readonly log: Logger
  readonly clock: MovableClock
  readonly database: Database
  readonly vault: Vault
  readonly workplace: Workplace
  readonly callbacks: WorkplaceCallbacks
  readonly tickets: TicketStore
  /** The endpoint of the environment. */
  readonly government: Government
  readonly governments: Governments
  readonly sms: Sms
  readonly mail: Mail
  readonly webhooks: Webhooks
  readonly files: FileStore
  readonly erasures: ErasureJournal
  readonly scanner: VirusScanner
  readonly live: Live
  readonly guard: SignInGuard
  readonly queues: Queues
}

/** What an operator's commands reach the world by, besides the database. */
export function commandPorts(config: StoreConfig): Pick<Deps, 'clock' | 'files' | 'erasures'> {
  return {
    clock: movableClock(),
    files: fileStore(config),
    erasures: erasureJournal(join(config.DATA_DIR, 'erasures', 'journal.jsonl')),
  }
}

/** Field names that may carry personal data or secrets; whatever is logged under them is cut out. */
const redacted = [
  'phone',
  'name',
  'idNumber',
  'answers',
  'code',
  'token',
  'refreshToken',
  'challenge',
  'secret',
  'authorization',
  'password',
  'address',
  'to',
  'text',
].flatMap((field) => [field, `*.${field}`, `*.*.${field}`])

/** The log of a process: JSON lines without what `redacted` names. */
export function serverLog(level: string, to?: DestinationStream): Logger {
  const options = { level, redact: { paths: redacted, remove: true } }
  return to ? pino(options, to) : pino(options)
}

/** Chooses an adapter for every port; nothing else does. `overrides` replace single parts in tests. */
export function makeDeps(config: Config, overrides: Partial<Deps> = {}): Deps {
  const log = overrides.log ?? serverLog(config.LOG_LEVEL)
  const clock = overrides.clock ?? movableClock(config.CLOCK_CONTROL ? config.CLOCK_AHEAD_MS : 0)
  const suites = overrides.suites ?? parseSuites(readFileSync(config.SUITES_JSON, 'utf8'))
  const database =
    overrides.database ?? openDatabase(config.DATABASE_URL, { maxConnections: config.DATABASE_POOL })
  const vault = overrides.vault ?? keyVault({ ring: keyRing(config), database })
  const tickets = overrides.tickets ?? ticketStore(database, vault)
  return {
    config,
    suites,
    log,
    clock,
    database,
    vault,
    workplace: overrides.workplace ?? dingtalkWorkplace({ config, suites, clock, tickets }),
    tickets,
    callbacks: overrides.callbacks ?? dingtalkCallbacks(suites, clock),
    government: overrides.government ?? httpGovernment(config, clock),
    governments: overrides.governments ?? httpGovernments(config, clock),
    sms: overrides.sms ?? httpSms(config),
    mail: overrides.mail ?? smtpMail(config),
    webhooks: overrides.webhooks ?? httpWebhooks(config, clock),
    files: overrides.files ?? fileStore(config),
    erasures: overrides.erasures ?? erasureJournal(join(config.DATA_DIR, 'erasures', 'journal.jsonl')),
    scanner:
      overrides.scanner ??
      (config.CLAMD_URL ? clamdScanner(config.CLAMD_URL, privateHostsOf(config)) : noScanner),
    guard: overrides.guard ?? signInGuard({ config, database, vault, clock, log }),
    live: overrides.live ?? postgresLive(config.DATABASE_URL, database, log),
    queues: overrides.queues ?? openQueues(config, log),
  }
}

type StoreConfig = Pick<
  Config,
  | 'DATA_DIR'
  | 'S3_BUCKET'
  | 'S3_ENDPOINT'
  | 'S3_REGION'
  | 'S3_ACCESS_KEY'
  | 'S3_SECRET_KEY'
  | 'S3_PATH_STYLE'
  | 'OUTGOING_PRIVATE_HOSTS'
>

function fileStore(config: StoreConfig): FileStore {
  const { S3_BUCKET: bucket, S3_ACCESS_KEY: id, S3_SECRET_KEY: secret } = config
  if (!bucket) return localFiles(join(config.DATA_DIR, 'files'))
  return s3Files({
    bucket,
    region: config.S3_REGION,
    endpoint: config.S3_ENDPOINT,
    isPathStyle: config.S3_PATH_STYLE,
    privateHosts: privateHostsOf(config),
    ...(id && secret ? { key: { id, secret } } : {}),
  })
}
