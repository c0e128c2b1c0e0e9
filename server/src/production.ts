import { trustedProxies } from '@kangbao/shared/trusted-proxies.ts'
import type { Config } from './config.ts'

/** Secrets: at least this long, and of that many different characters, or they were typed and not made. */
const leastSecret = { length: 32, characters: 10 }
const secrets = [
  'JWT_SECRET',
  'SETUP_TOKEN',
  'GOVERNMENT_SECRET',
  'GOVERNMENT_SM2_PRIVATE_KEY',
  'SMS_SECRET',
  'METRICS_TOKEN',
] as const
/** Words of examples, tests and documentation. */
const typed = /change.?me|example|secret|password|default|kangbao|123456|abcdef|qwerty|\b(test|demo)\b/i
const outside = ['GOVERNMENT_URL', 'SMS_URL', 'WORKPLACE_OAPI_URL', 'WORKPLACE_API_URL'] as const

type Settings = Config & { readonly NODE_TLS_REJECT_UNAUTHORIZED?: string }

/**
 * Everything in the settings that has no place where real people's data are (S-96): a reason for each, none when all is
 * well. Nothing of a value is told, for the reasons are printed.
 */
export function productionFaults(config: Settings): readonly string[] {
  return [...secretFaults(config), ...urlFaults(config), ...switchFaults(config), ...databaseFaults(config)]
}

function secretFaults(config: Settings): string[] {
  const given = secrets.flatMap((name) => {
    const value = config[name]
    return value === undefined ? [] : [{ name, value }]
  })
  const weak = given.flatMap(({ name, value }) => {
    if (value.length < leastSecret.length) return [`${name}: shorter than ${leastSecret.length} characters`]
    const isTyped = new Set(value).size < leastSecret.characters || typed.test(value)
    return isTyped ? [`${name}: looks typed or copied; make one by chance`] : []
  })
  const repeated = given.filter(({ value }, i) => given.findIndex((other) => other.value === value) !== i)
  const keys = (config.MASTER_KEYS ?? '').split(',').filter((entry) => entry.trim() !== '')
  const isMade = keys.every((entry) => {
    const key = Buffer.from(entry.slice(entry.indexOf(':') + 1), 'base64')
    return key.length === 32 && new Set(key).size >= 16
  })
  return [
    ...weak,
    ...repeated.map(({ name }) => `${name}: the same as another secret`),
    ...(isMade ? [] : ['MASTER_KEYS: a key that is not 32 random bytes']),
  ]
}

function urlFaults(config: Settings): string[] {
  const isTls = (url: string) => /^https:\/\//i.test(url)
  const faults: string[] = []
  if (!isTls(config.PUBLIC_URL)) faults.push('PUBLIC_URL: not https; TLS has to end in front of the server')
  if (isLocal(config.PUBLIC_URL)) faults.push('PUBLIC_URL: a name of this machine')
  for (const name of outside) {
    if (isLocal(config[name])) faults.push(`${name}: a stand-in on this machine`)
    else if (!isTls(config[name]) && !isInside(config[name]))
      faults.push(`${name}: not https, though outside the installation`)
  }
  const origins = config.WORKPLACE_ORIGINS.split(',').map((origin) => origin.trim())
  for (const origin of origins)
    if (!isTls(origin) || /^https:\/\/\*(\.[a-z]+)?(:|$)/i.test(origin))
      faults.push('WORKPLACE_ORIGINS: an origin without TLS, or one that lets everybody frame the mini-apps')
  const { SMTP_URL: mail } = config
  if (mail && isLocal(mail)) faults.push('SMTP_URL: a stand-in on this machine')
  return [...new Set(faults)]
}

function switchFaults(config: Settings): string[] {
  const faults: string[] = []
  if (config.CLOCK_CONTROL || config.CLOCK_AHEAD_MS)
    faults.push('CLOCK_CONTROL: anybody could move the clock')
  if (config.WEBHOOKS_INSIDE)
    faults.push('WEBHOOKS_INSIDE: organisations could have this server call what lies behind it')
  if (config.RATE_LIMIT_SCALE !== 1) faults.push('RATE_LIMIT_SCALE: the limits are lifted')
  if (['debug', 'trace'].includes(config.LOG_LEVEL)) faults.push('LOG_LEVEL: logs of a developer')
  if (config.NODE_TLS_REJECT_UNAUTHORIZED === '0')
    faults.push('NODE_TLS_REJECT_UNAUTHORIZED: certificates are not checked')
  if (trustedProxies(config.TRUST_PROXY ?? '').length === 0)
    faults.push('TRUST_PROXY: not set; the proxy that ends TLS has to be named')
  return faults
}

function databaseFaults({ DATABASE_URL, REDIS_URL }: Settings): string[] {
  const url = readUrl(DATABASE_URL)
  const role = url?.username ?? ''
  const password = url?.password ?? ''
  return [
    ...(role === 'postgres' ? ['DATABASE_URL: the superuser; row security does not bind it'] : []),
    ...(password.length < 16 || role.startsWith(password)
      ? ['DATABASE_URL: a password shorter than 16 characters']
      : []),
    ...(/[?&]sslmode=(no-verify|allow|prefer)/.test(DATABASE_URL)
      ? ['DATABASE_URL: TLS without a check of the certificate']
      : []),
    ...(isElsewhere(DATABASE_URL) && !/[?&]sslmode=verify-full(&|$)/.test(DATABASE_URL)
      ? ['DATABASE_URL: another machine, and not sslmode=verify-full']
      : []),
    ...(REDIS_URL && !readUrl(REDIS_URL) ? ['REDIS_URL: not an address'] : []),
    ...(REDIS_URL && isElsewhere(REDIS_URL) && !REDIS_URL.startsWith('rediss:')
      ? ['REDIS_URL: another machine, and not rediss']
      : []),
  ]
}

function readUrl(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null
  }
}

const isLocal = (text: string): boolean =>
  /^(localhost|.*\.localhost|127\..*|0\.0\.0\.0|\[::1\]|\[::\])$/i.test(readUrl(text)?.hostname ?? '')

/** A name without a dot is a neighbour in the same Compose network. */
const isInside = (text: string): boolean => /^[a-z0-9-]+$/i.test(readUrl(text)?.hostname ?? '.')

/** Neither this machine nor a neighbour in its Compose network: what goes there crosses a wire. */
const isElsewhere = (text: string): boolean => !isLocal(text) && !isInside(text)
