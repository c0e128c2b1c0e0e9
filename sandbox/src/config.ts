import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import { hmacKey, sm2Key, type ReceiverKey } from './government/keys.ts'

const Env = Type.Object({
  HOST: Type.String({ default: '127.0.0.1' }),
  PORT: Type.Integer({ default: 7300, minimum: 0, maximum: 65_535 }),
  SMTP_PORT: Type.Integer({ default: 7325, minimum: 0, maximum: 65_535 }),
  DATABASE_URL: Type.String({ minLength: 1 }),
  LOG_LEVEL: Type.String({ default: 'info' }),
  /** JSON of key ids and keys; a single secret may be given by the two variables below instead. */
  GOVERNMENT_KEYS_JSON: Type.Optional(Type.String()),
  GOVERNMENT_KEY_ID: Type.String({ default: 'kangbao' }),
  GOVERNMENT_SECRET: Type.Optional(Type.String({ minLength: 16 })),
  SMS_SECRET: Type.String({ minLength: 16 }),
  CLOCK_CONTROL: Type.String({ default: '' }),
})

/** A secret both sides know, or the sender's public SM2 key with our own private one. */
const Keys = Type.Record(
  Type.String(),
  Type.Union([
    Type.String({ minLength: 16 }),
    Type.Object({
      senderKey: Type.String({ pattern: '^04[0-9a-fA-F]{128}$' }),
      privateKey: Type.String({ pattern: '^[0-9a-fA-F]{64}$' }),
    }),
  ]),
)

export interface Config {
  readonly host: string
  readonly port: number
  readonly smtpPort: number
  readonly databaseUrl: string
  readonly logLevel: string
  readonly governmentKeys: ReadonlyMap<string, ReceiverKey>
  readonly smsSecret: string
  readonly hasClockControl: boolean
}

/** Reads the environment once and reports every problem at the same time. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const candidate = Value.Clean(Env, Value.Convert(Env, Value.Default(Env, { ...env })))
  if (!Value.Check(Env, candidate)) {
    const problems = Value.Errors(Env, candidate).map(
      (e) => `  ${e.instancePath.slice(1) || 'env'}: ${e.message}`,
    )
    throw new Error(`Invalid environment:\n${problems.join('\n')}`)
  }
  return Object.freeze({
    host: candidate.HOST,
    port: candidate.PORT,
    smtpPort: candidate.SMTP_PORT,
    databaseUrl: candidate.DATABASE_URL,
    logLevel: candidate.LOG_LEVEL,
    governmentKeys: governmentKeys(candidate),
    smsSecret: candidate.SMS_SECRET,
    hasClockControl: candidate.CLOCK_CONTROL !== '',
  })
}

function governmentKeys(env: Static<typeof Env>): ReadonlyMap<string, ReceiverKey> {
  if (env.GOVERNMENT_KEYS_JSON) {
    const keys: unknown = JSON.parse(env.GOVERNMENT_KEYS_JSON)
    if (!Value.Check(Keys, keys))
      throw new Error('Invalid environment:\n  GOVERNMENT_KEYS_JSON: {"key id": "secret"}')
    return new Map(
      Object.entries(keys).map(([id, key]) => [id, typeof key === 'string' ? hmacKey(key) : sm2Key(key)]),
    )
  }
  if (!env.GOVERNMENT_SECRET) throw new Error('Invalid environment:\n  GOVERNMENT_SECRET: is required')
  return new Map([[env.GOVERNMENT_KEY_ID, hmacKey(env.GOVERNMENT_SECRET)]])
}
