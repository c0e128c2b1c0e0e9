import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Type, type Static } from 'typebox'
import { Value } from 'typebox/value'
import type { PasswordRule } from '../contracts/passwords.ts'
import { sealKeyOf } from './crypto/sealing.ts'
import { trustedProxies } from '@kangbao/shared/trusted-proxies.ts'
import type { RequestLimits } from './http/rate-limits.ts'

const Env = Type.Object({
  PORT: Type.Integer({ default: 7100, minimum: 0, maximum: 65_535 }),
  HOST: Type.String({ default: '127.0.0.1' }),
  DATABASE_URL: Type.String({ default: 'postgres://localhost:7432/workplace', description: 'Postgres URL' }),
  LOG_LEVEL: Type.String({ default: 'info' }),
  DEPLOYMENT: Type.Union([Type.Literal('development'), Type.Literal('production')], {
    default: 'development',
  }),
  PUBLIC_URL: Type.String({ default: '', description: 'origin people reach the workplace at' }),
  DATA_DIR: Type.String({ default: '.data' }),
  STATIC_DIR: Type.String({ default: '', description: 'built client; empty: beside the program' }),
  SUITES_JSON: Type.String({ default: '', description: 'path of the suites file' }),
  SMS_URL: Type.String({ default: 'http://localhost:7300/sms' }),
  SMS_SECRET: Type.String({ default: '' }),
  SMS_SIGN_NAME: Type.String({ default: '康报办公' }),
  SESSION_SECRET: Type.String({ default: '', description: 'keys the hashes of codes and tokens' }),
  WORKPLACE_SEAL_KEY: Type.String({
    default: '',
    description: 'seals papers and ID numbers; empty: made from SESSION_SECRET',
  }),
  OPERATOR_TOKEN: Type.String({
    default: '',
    description: 'bearer of the operator; empty closes those routes',
  }),
  CLOCK_CONTROL: Type.String({
    default: '',
    description: 'set: the clock and faults can be steered (tests, demo)',
  }),
  WORKPLACE_AUTO_CERTIFY: Type.String({
    default: '',
    description: '1: certification requests are approved at once',
  }),
  WORKPLACE_QPS_LIMIT: Type.Integer({
    default: 40,
    minimum: 0,
    description: 'calls/s per app and API; 0 is off',
  }),
  WORKPLACE_DAILY_MESSAGES: Type.Integer({ default: 100, minimum: 1 }),
  WORKPLACE_RECIPIENTS_PER_MINUTE: Type.Integer({ default: 5000, minimum: 1 }),
  WORKPLACE_UNCERTIFIED_PEOPLE: Type.Integer({ default: 500, minimum: 1 }),
  WORKPLACE_CERTIFIED_PEOPLE: Type.Integer({ default: 50_000, minimum: 1 }),
  WORKPLACE_UNCERTIFIED_IMPORT: Type.Integer({ default: 50, minimum: 1 }),
  WORKPLACE_REQUESTS_PER_SESSION: Type.Optional(
    Type.Integer({ minimum: 0, description: 'a minute, default 600; 0 is off, as in test mode' }),
  ),
  WORKPLACE_REQUESTS_PER_ADDRESS: Type.Optional(
    Type.Integer({ minimum: 0, description: 'a minute, signed out, default 3000' }),
  ),
  WORKPLACE_SMS_PER_ADDRESS: Type.Optional(
    Type.Integer({ minimum: 0, description: 'a minute, code requests and tries each, default 120' }),
  ),
  WORKPLACE_ADMIN_PASSWORD_RULE: Type.Enum(['standard', 'manual'], {
    default: 'standard',
    description: 'manual: admin passwords by the rule of DingTalk’s manual (docs/adr/0024)',
  }),
  WORKPLACE_HELP_CONTACT: Type.String({
    default: '',
    maxLength: 100,
    description: 'service line on the help page of large orgs: a phone number or an address; empty: none',
  }),
  WORKPLACE_HELP_CONTACT_PEOPLE: Type.Integer({
    default: 500,
    minimum: 1,
    description: 'orgs of so many people are shown it (Z-11)',
  }),
  WORKPLACE_TRUST_PROXY: Type.String({
    default: '',
    description:
      'proxies whose X-Forwarded-For counts: addresses, blocks, or loopback, linklocal, uniquelocal',
  }),
})

const Template = Type.Object({
  templateId: Type.String(),
  approved: Type.Optional(Type.Boolean()),
  /** A message body as asyncsend_v2 takes it, with `${variable}` in its texts. */
  msg: Type.Record(Type.String(), Type.Unknown()),
})

const SuiteFile = Type.Array(
  Type.Object({
    app: Type.Optional(Type.String()),
    suiteId: Type.Union([Type.String(), Type.Integer()]),
    appId: Type.Union([Type.String(), Type.Integer()]),
    suiteKey: Type.String({ minLength: 3 }),
    suiteSecret: Type.String({ minLength: 8 }),
    callbackToken: Type.String({ pattern: '^[A-Za-z0-9]{3,32}$' }),
    callbackAesKey: Type.String({ pattern: '^[A-Za-z0-9]{43}$' }),
    callbackUrl: Type.String(),
    pushStyle: Type.Optional(Type.Enum(['synchttp', 'legacy', 'stream'])),
    name: Type.String(),
    icon: Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    developer: Type.Optional(Type.String()),
    homeUrl: Type.String(),
    pcHomeUrl: Type.Optional(Type.String()),
    /** The app's own back end for the admins of an org, opened from the admin pages with a code. */
    adminUrl: Type.Optional(Type.String()),
    /** Redeems those codes; empty: nobody can. */
    ssoSecret: Type.Optional(Type.String()),
    /** Where people may be sent back to after a sign-in on the web, beside the site of the app. */
    redirectUrls: Type.Optional(Type.Array(Type.String())),
    /** Apps of later than 27 November 2020 may send templates only. */
    templatesOnly: Type.Optional(Type.Boolean()),
    templates: Type.Optional(Type.Array(Template)),
  }),
)

export interface Suite {
  suiteId: string
  appId: number
  suiteKey: string
  suiteSecret: string
  callbackToken: string
  callbackAesKey: string
  callbackUrl: string
  pushStyle: 'synchttp' | 'legacy' | 'stream'
  name: string
  icon: string
  description: string
  developer: string
  homeUrl: string
  pcHomeUrl: string
  adminUrl: string
  ssoSecret: string
  redirectUrls: readonly string[]
  templatesOnly: boolean
  templates: readonly Static<typeof Template>[]
}

export interface Config {
  port: number
  host: string
  databaseUrl: string
  logLevel: string
  publicUrl: string
  dataDir: string
  staticDir: string
  /** Those of the file, then those the operator has registered. Changed in place by `loadSuites` alone. */
  suites: Suite[]
  smsUrl: string
  smsSecret: string
  smsSignName: string
  sessionSecret: string
  /** What papers and ID numbers are sealed by. */
  sealKey: Buffer
  operatorToken: string
  isTestMode: boolean
  autoCertify: boolean
  adminPasswordRule: PasswordRule
  /** Service line for orgs of at least so many people (Z-11); empty: none. */
  helpContact: { text: string; fromPeople: number }
  trustProxy: readonly string[]
  limits: Limits
  requestLimits: RequestLimits
}

export interface Limits {
  qps: number
  dailyMessagesPerPerson: number
  recipientsPerMinute: number
  uncertifiedPeople: number
  certifiedPeople: number
  uncertifiedImport: number
}

/** The only reader of the environment. Reports every problem at once. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const candidate = checked(
    Env,
    Value.Clean(Env, Value.Convert(Env, Value.Default(Env, { ...env }))),
    'environment',
  )
  refuseUnfit(candidate)
  const isTestMode = isOn(candidate.CLOCK_CONTROL)
  // Test runs move the clock and sign in hundreds of people from one address.
  // Without a secret of its own a process makes one; sessions then end with it, which is safe.
  const sessionSecret = candidate.SESSION_SECRET || randomBytes(32).toString('hex')
  const perMinute = (given: number | undefined, usual: number) => given ?? (isTestMode ? 0 : usual)
  return Object.freeze({
    port: candidate.PORT,
    host: candidate.HOST,
    databaseUrl: candidate.DATABASE_URL,
    logLevel: candidate.LOG_LEVEL,
    publicUrl: (candidate.PUBLIC_URL || `http://localhost:${candidate.PORT}`).replace(/(?<!\/)\/+$/, ''),
    dataDir: candidate.DATA_DIR,
    staticDir: candidate.STATIC_DIR,
    suites: candidate.SUITES_JSON ? parseSuites(readFileSync(candidate.SUITES_JSON, 'utf8')) : [],
    smsUrl: candidate.SMS_URL,
    smsSecret: candidate.SMS_SECRET,
    smsSignName: candidate.SMS_SIGN_NAME,
    sessionSecret,
    sealKey: sealKeyOf(candidate.WORKPLACE_SEAL_KEY || sessionSecret),
    operatorToken: candidate.OPERATOR_TOKEN,
    isTestMode,
    autoCertify: isOn(candidate.WORKPLACE_AUTO_CERTIFY),
    adminPasswordRule: candidate.WORKPLACE_ADMIN_PASSWORD_RULE,
    helpContact: {
      text: candidate.WORKPLACE_HELP_CONTACT.trim(),
      fromPeople: candidate.WORKPLACE_HELP_CONTACT_PEOPLE,
    },
    trustProxy: trustedProxies(candidate.WORKPLACE_TRUST_PROXY),
    limits: {
      qps: candidate.WORKPLACE_QPS_LIMIT,
      dailyMessagesPerPerson: candidate.WORKPLACE_DAILY_MESSAGES,
      recipientsPerMinute: candidate.WORKPLACE_RECIPIENTS_PER_MINUTE,
      uncertifiedPeople: candidate.WORKPLACE_UNCERTIFIED_PEOPLE,
      certifiedPeople: candidate.WORKPLACE_CERTIFIED_PEOPLE,
      uncertifiedImport: candidate.WORKPLACE_UNCERTIFIED_IMPORT,
    },
    requestLimits: {
      perSession: perMinute(candidate.WORKPLACE_REQUESTS_PER_SESSION, 600),
      perAddress: perMinute(candidate.WORKPLACE_REQUESTS_PER_ADDRESS, 3000),
      smsPerAddress: perMinute(candidate.WORKPLACE_SMS_PER_ADDRESS, 120),
    },
  })
}

/** @throws Error naming every setting that has no place where real people work (S-96). */
function refuseUnfit(env: Static<typeof Env>): void {
  if (env.DEPLOYMENT !== 'production') return
  const mayBeEmpty: ReadonlySet<string> = new Set(['OPERATOR_TOKEN', 'WORKPLACE_SEAL_KEY'])
  const short = (['SMS_SECRET', 'SESSION_SECRET', 'OPERATOR_TOKEN', 'WORKPLACE_SEAL_KEY'] as const).filter(
    (name) => env[name].length < 32 && !(mayBeEmpty.has(name) && env[name] === ''),
  )
  const faults = [
    ...short.map((name) => `${name}: shorter than 32 characters`),
    ...(isOn(env.CLOCK_CONTROL) ? ['CLOCK_CONTROL: anybody could move the clock'] : []),
    ...(isOn(env.WORKPLACE_AUTO_CERTIFY) ? ['WORKPLACE_AUTO_CERTIFY: nobody looks at certifications'] : []),
    ...(env.PUBLIC_URL.startsWith('https://') ? [] : ['PUBLIC_URL: not https']),
    ...(/\/\/(localhost|127\.)/.test(env.SMS_URL) ? ['SMS_URL: a stand-in on this machine'] : []),
    ...(env.WORKPLACE_TRUST_PROXY === ''
      ? ['WORKPLACE_TRUST_PROXY: the proxy that ends TLS is not named']
      : []),
  ]
  if (faults.length > 0)
    throw new Error(
      `The environment is not fit for production:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    )
}

const isOn = (value: string) => value !== '' && value !== '0' && value.toLowerCase() !== 'false'

/** Reads the suites file; the same file, with fewer fields, serves the ISV. */
export function parseSuites(json: string): Suite[] {
  return checked(SuiteFile, JSON.parse(json), 'suites file').map((suite) => ({
    suiteId: String(suite.suiteId),
    appId: Number(suite.appId),
    suiteKey: suite.suiteKey,
    suiteSecret: suite.suiteSecret,
    callbackToken: suite.callbackToken,
    callbackAesKey: suite.callbackAesKey,
    callbackUrl: suite.callbackUrl,
    pushStyle: suite.pushStyle ?? 'synchttp',
    name: suite.name,
    icon: suite.icon ?? '',
    description: suite.description ?? '',
    developer: suite.developer ?? '康报',
    homeUrl: suite.homeUrl,
    pcHomeUrl: suite.pcHomeUrl ?? '',
    adminUrl: suite.adminUrl ?? '',
    ssoSecret: suite.ssoSecret ?? '',
    redirectUrls: suite.redirectUrls ?? [],
    templatesOnly: suite.templatesOnly ?? false,
    templates: suite.templates ?? [],
  }))
}

function checked<const T extends typeof Env | typeof SuiteFile>(
  schema: T,
  value: unknown,
  what: string,
): Static<T> {
  const problems = [...Value.Errors(schema, value)].map(
    (problem) => `  ${problem.instancePath.slice(1) || what}: ${problem.message}`,
  )
  if (problems.length > 0) throw new Error(`Invalid ${what}:\n${problems.join('\n')}`)
  return value as Static<T>
}
