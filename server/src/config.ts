import { Type, type Static, type TObject } from 'typebox'
import { Value } from 'typebox/value'
import { productionFaults } from './production.ts'

const flag = (description: string) => Type.Boolean({ default: false, description })

/** Every variable the server reads, with what it is for; `docs/configuration.md` is made from this. */
export const Environment = Type.Object({
  PORT: Type.Integer({ default: 7200, minimum: 0, maximum: 65_535, description: 'Port to listen on' }),
  HOST: Type.String({ default: '127.0.0.1', description: 'Address to listen on' }),
  PUBLIC_URL: Type.String({
    default: 'http://localhost:7200',
    description: 'Address browsers reach this server by',
  }),
  TRUST_PROXY: Type.Optional(
    Type.String({
      description:
        'Proxies whose `X-Forwarded-For` counts, comma separated: addresses, blocks, `loopback`, `linklocal`, `uniquelocal`',
    }),
  ),
  DEPLOYMENT: Type.Union([Type.Literal('development'), Type.Literal('production')], {
    default: 'development',
    description: 'In production the server does not start with settings that are unfit for real data',
  }),
  SECURITY_CONTACT: Type.Optional(
    Type.String({
      pattern: '^(mailto:|https://|tel:)\\S+$',
      description:
        'Who takes reports of weaknesses, told at /.well-known/security.txt: mailto:, https: or tel:',
    }),
  ),
  ROLE: Type.Union([Type.Literal('all'), Type.Literal('api'), Type.Literal('worker')], {
    default: 'all',
    description: 'Serve requests, run jobs, or both',
  }),
  DATABASE_URL: Type.String({ minLength: 1, description: 'PostgreSQL; a role that is no superuser' }),
  MIGRATION_DATABASE_URL: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'The same database by its owner, for migrations only; `DATABASE_URL` may then name a role that can neither ' +
        'change tables nor rewrite the audit log',
    }),
  ),
  DATABASE_POOL: Type.Integer({
    default: 16,
    minimum: 2,
    maximum: 200,
    description: 'Connections of one process',
  }),
  REDIS_URL: Type.Optional(
    Type.String({ description: 'Queue on Redis; without it the queue lives in PostgreSQL' }),
  ),
  MIGRATIONS_DIR: Type.String({ default: 'migrations', description: 'Folder of the SQL migrations' }),
  STATIC_DIR: Type.Optional(Type.String({ description: 'Folder holding the built mini-apps and console' })),
  MASTER_KEYS: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{1,32}:',
      description:
        'Key ring that seals personal data, `id:base64` of 32 random bytes each, comma separated; the first wraps. ' +
        'This or MASTER_KEYS_FILE; the key of the former MASTER_KEY is named `1`',
    }),
  ),
  MASTER_KEYS_FILE: Type.Optional(
    Type.String({
      description:
        'File with the key ring, an entry a line; read again when a key is unknown, so keys change without a restart',
    }),
  ),
  JWT_SECRET: Type.String({
    minLength: 32,
    description: 'Signs sessions until the operator rotates to a key made here',
  }),
  SETUP_TOKEN: Type.Optional(
    Type.String({ minLength: 16, description: 'One-time value of the operator’s set-up link' }),
  ),
  SUITES_JSON: Type.String({ minLength: 1, description: 'File naming the suite of each mini-app' }),
  WORKPLACE_OAPI_URL: Type.String({ default: 'https://oapi.dingtalk.com', description: 'Old platform API' }),
  WORKPLACE_API_URL: Type.String({ default: 'https://api.dingtalk.com', description: 'New platform API' }),
  WORKPLACE_ORIGINS: Type.String({
    default: 'https://*.dingtalk.com',
    description: 'Origins whose pages may frame the mini-apps, comma separated',
  }),
  WORKPLACE_SHIM_URL: Type.Optional(
    Type.String({ description: 'Bridge script of an embedded workplace; leave open on DingTalk' }),
  ),
  WORKPLACE_CALLS_PER_SECOND: Type.Integer({
    default: 18,
    minimum: 1,
    description: 'Flow limit per app and org',
  }),
  WORKPLACE_SUITE_CALLS_PER_SECOND: Type.Integer({
    default: 150,
    minimum: 1,
    description:
      'Flow limit per app over all orgs; the platform bans an address at 500 for all apps together',
  }),
  WORKPLACE_CALLS_PER_MONTH: Type.Integer({
    default: 5_000,
    minimum: 0,
    description:
      'Calls an org has in a month, against which its use is shown and a warning given: what the standard edition has; 0 for none',
  }),
  GOVERNMENT_URL: Type.String({ minLength: 1, description: 'Endpoint that takes the reports' }),
  GOVERNMENT_KEY_ID: Type.String({ minLength: 1, description: 'Name of the signing key' }),
  GOVERNMENT_CALLS_PER_SECOND: Type.Integer({
    default: 0,
    minimum: 0,
    description: 'Most calls of one process to the government’s endpoint in a second; 0 for no limit',
  }),
  GOVERNMENT_SECRET: Type.String({ minLength: 16, description: 'Signing key' }),
  GOVERNMENT_SIGNATURE: Type.Union([Type.Literal('hmac-sha256'), Type.Literal('sm2-sm3')], {
    default: 'hmac-sha256',
    description: 'How calls are signed: by the key above, or by SM2 over SM3 with the two keys below',
  }),
  GOVERNMENT_SM2_PRIVATE_KEY: Type.Optional(
    Type.String({ pattern: '^[0-9a-fA-F]{64}$', description: 'Our own SM2 key (GB/T 32918), as hex' }),
  ),
  GOVERNMENT_SM2_RECEIVER_KEY: Type.Optional(
    Type.String({
      pattern: '^04[0-9a-fA-F]{128}$',
      description: 'The receiver’s public SM2 key, uncompressed, as hex',
    }),
  ),
  SMS_URL: Type.String({ minLength: 1, description: 'SMS gateway' }),
  SMS_SECRET: Type.String({ minLength: 16, description: 'Signs calls to the SMS gateway' }),
  SMS_HOURLY_BUDGET: Type.Integer({
    default: 1_000,
    minimum: 1,
    description: 'Most texts of the whole installation in an hour; a day has six such hours',
  }),
  OUTGOING_PRIVATE_HOSTS: Type.Optional(
    Type.String({
      description:
        'Outside systems whose names have a dot and yet lie in a network of one’s own, comma separated; other names may lead to public addresses only',
    }),
  ),
  WEBHOOKS_INSIDE: flag(
    'Webhooks of organisations may go to http and into one’s own network, as to the sandbox; never in production',
  ),
  SMTP_URL: Type.Optional(
    Type.String({
      description:
        'Mail server, `smtp://user:password@host:587` or `smtps://…:465`; without it no mail is sent',
    }),
  ),
  SMTP_FROM: Type.Optional(
    Type.String({
      pattern: '@',
      description:
        'Sender, `Kangbao <no-reply@example.com>`; otherwise `no-reply@` at the host of `PUBLIC_URL`',
    }),
  ),
  SMTP_MAILS_PER_SECOND: Type.Integer({
    default: 5,
    minimum: 1,
    description: 'Most mails of one process to the mail server in a second',
  }),
  AUDIT_ANCHOR_MAIL: Type.Optional(
    Type.String({
      pattern: '@',
      description: 'With `SMTP_URL`: who gets the daily anchor of the audit logs, ids and hashes only',
    }),
  ),
  DATA_DIR: Type.String({
    default: '.data/server',
    description: 'Folder of what is kept beside the database: uploaded files, sealed, below `files`',
  }),
  S3_BUCKET: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'Bucket of an S3-compatible store that holds uploaded files; without it `DATA_DIR` does',
    }),
  ),
  S3_ENDPOINT: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'Address of the store; leave open for Amazon S3' }),
  ),
  S3_REGION: Type.String({ default: 'us-east-1', description: 'Region of the bucket' }),
  S3_ACCESS_KEY: Type.Optional(
    Type.String({ description: 'Key of the store; without it the machine’s role is used' }),
  ),
  S3_SECRET_KEY: Type.Optional(Type.String({ description: 'Secret of that key' })),
  S3_PATH_STYLE: flag('The bucket stands in the path, as MinIO and most stores of one’s own want it'),
  FILES_PER_MEMBER_MB: Type.Integer({
    default: 200,
    minimum: 1,
    description: 'Room for the files of one person, in MiB',
  }),
  FILES_PER_ORG_MB: Type.Integer({
    default: 20_480,
    minimum: 1,
    description: 'Room for the files of one organisation, in MiB',
  }),
  CLAMD_URL: Type.Optional(
    Type.String({
      pattern: '^(tcp://|unix:/)',
      description:
        'ClamAV daemon that looks into uploads, tcp://host:3310 or unix:/path; without it nothing does',
    }),
  ),
  METRICS_TOKEN: Type.Optional(
    Type.String({
      minLength: 16,
      description: 'Bearer token that reads /metrics; without it only this machine may',
    }),
  ),
  RATE_LIMIT_SCALE: Type.Integer({
    default: 1,
    minimum: 1,
    description:
      'Multiplies the limits per member and per address; for benchmarks and test runs from one machine',
  }),
  DRAIN_MS: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 60_000,
    description:
      'Told to stop, go on serving this long while `/readyz` says no, so that balancers look elsewhere, in milliseconds',
  }),
  LOG_LEVEL: Type.String({ default: 'info', description: 'trace, debug, info, warn, error' }),
  CLOCK_CONTROL: flag('Lets tests and the demo move the clock; never in production'),
  CLOCK_AHEAD_MS: Type.Optional(
    Type.Integer({
      minimum: -31_536_000_000,
      description: 'With `CLOCK_CONTROL`: how far ahead of true time the clock begins, in milliseconds',
    }),
  ),
})
export type Config = Readonly<Static<typeof Environment>>

/**
 * Reads the environment once.
 * @throws Error naming every problem at once.
 */
export function loadConfig(env: Env = process.env): Config {
  const config = read(Environment, env)
  refuseUnfit(config, env)
  return config
}

const KeyEnvironment = Type.Pick(Environment, ['DATABASE_URL', 'MASTER_KEYS', 'MASTER_KEYS_FILE'])

/** What a command needs that works on sealed values only. */
export function loadKeyConfig(env: Env = process.env): Readonly<Static<typeof KeyEnvironment>> {
  return read(KeyEnvironment, env)
}

const AuditEnvironment = Type.Pick(Environment, [
  'DATABASE_URL',
  'MASTER_KEYS',
  'MASTER_KEYS_FILE',
  'DATA_DIR',
])

/** What a command needs that follows the chains of the audit logs. */
export function loadAuditConfig(env: Env = process.env): Readonly<Static<typeof AuditEnvironment>> {
  return read(AuditEnvironment, env)
}

type Env = Readonly<Record<string, string | undefined>>

function read<T extends TObject>(schema: T, env: Env): Readonly<Static<T>> {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const candidate = Value.Clean(schema, Value.Convert(schema, Value.Default(schema, given)))
  const problems = [...Value.Errors(schema, candidate)].map(
    (error) => `  ${error.instancePath.slice(1) || 'environment'}: ${error.message}`,
  )
  if (problems.length > 0) throw new Error(`The environment is not right:\n${problems.join('\n')}`)
  return Object.freeze(Value.Parse(schema, candidate))
}

/** @throws Error naming every setting that has no place in production (S-96). */
function refuseUnfit(config: Config, env: Readonly<Record<string, string | undefined>>): void {
  if (config.DEPLOYMENT !== 'production') return
  const { NODE_TLS_REJECT_UNAUTHORIZED: tls } = env
  const faults = productionFaults({
    ...config,
    ...(tls === undefined ? {} : { NODE_TLS_REJECT_UNAUTHORIZED: tls }),
  })
  if (faults.length === 0) return
  const list = faults.map((fault) => `  ${fault}`).join('\n')
  throw new Error(`The environment is not fit for production:\n${list}`)
}

const Suite = Type.Object({
  app: Type.Union([Type.Literal('forms'), Type.Literal('employment-report'), Type.Literal('health-report')]),
  suiteId: Type.String(),
  appId: Type.String(),
  suiteKey: Type.String(),
  suiteSecret: Type.String(),
  callbackToken: Type.String(),
  callbackAesKey: Type.String({ minLength: 43, maxLength: 43 }),
  /** Approved message template; without it free messages are sent (apps made before 2020-11-27). */
  messageTemplateId: Type.Optional(Type.String()),
})
export type Suite = Static<typeof Suite>

/** Reads the suites file's content; unknown members are left alone, since the workplace reads the same file. */
export function parseSuites(json: string): readonly Suite[] {
  const suites: unknown = JSON.parse(json)
  // Named by path only: the library's own message would print the file, secrets included.
  const problems = [...Value.Errors(Type.Array(Suite), suites)].map(
    ({ instancePath, message }) => `  ${instancePath}: ${message}`,
  )
  if (problems.length > 0) throw new Error(`The suites file is not right:\n${problems.join('\n')}`)
  return Value.Parse(Type.Array(Suite), suites)
}
