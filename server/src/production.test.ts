import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { loadConfig } from './config.ts'

const made = () => randomBytes(32).toString('hex')
const good = {
  DEPLOYMENT: 'production',
  PUBLIC_URL: 'https://kangbao.zhengzhou.gov.cn',
  TRUST_PROXY: '172.18.0.0/16',
  DATABASE_URL: `postgres://kangbao_app:${made()}@postgres:5432/kangbao`,
  REDIS_URL: 'redis://redis:6379',
  MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  JWT_SECRET: made(),
  SETUP_TOKEN: made(),
  SUITES_JSON: '/run/kangbao/suites.json',
  WORKPLACE_ORIGINS: 'https://*.dingtalk.com',
  GOVERNMENT_URL: 'https://reports.henan.gov.cn',
  GOVERNMENT_KEY_ID: 'kangbao',
  GOVERNMENT_SECRET: made(),
  SMS_URL: 'http://sms-bridge:8080/send',
  SMS_SECRET: made(),
  SMTP_URL: 'smtps://mail.henan.gov.cn',
}

const over = (host: string) => `postgres://kangbao_app:${made()}@${host}:5432/kangbao`

const bad: readonly (readonly [string, Readonly<Record<string, string>>, string])[] = [
  ['a short secret', { JWT_SECRET: 'x9'.repeat(8) + made().slice(0, 15) }, 'JWT_SECRET'],
  ['a secret that was typed', { JWT_SECRET: 'change-me-please-change-me-please-now' }, 'JWT_SECRET'],
  ['a secret of one letter', { SMS_SECRET: 'a'.repeat(40) }, 'SMS_SECRET'],
  ['a short key of the government', { GOVERNMENT_SECRET: made().slice(0, 20) }, 'GOVERNMENT_SECRET'],
  ['one secret for two things', { SMS_SECRET: good.GOVERNMENT_SECRET }, 'SMS_SECRET'],
  ['a master key of zeros', { MASTER_KEYS: `k1:${Buffer.alloc(32).toString('base64')}` }, 'MASTER_KEYS'],
  ['a short set-up token', { SETUP_TOKEN: 'sixteen-letters!' }, 'SETUP_TOKEN'],
  ['the sandbox as government', { GOVERNMENT_URL: 'http://127.0.0.1:7300' }, 'GOVERNMENT_URL'],
  ['the sandbox as SMS gateway', { SMS_URL: 'http://localhost:7300/sms' }, 'SMS_URL'],
  ['the sandbox as mail server', { SMTP_URL: 'smtp://127.0.0.1:7325' }, 'SMTP_URL'],
  ['a government without TLS', { GOVERNMENT_URL: 'http://reports.henan.gov.cn' }, 'GOVERNMENT_URL'],
  ['a platform without TLS', { WORKPLACE_OAPI_URL: 'http://oapi.dingtalk.com' }, 'WORKPLACE_OAPI_URL'],
  ['the clock in anybody’s hand', { CLOCK_CONTROL: 'true' }, 'CLOCK_CONTROL'],
  ['limits lifted for a benchmark', { RATE_LIMIT_SCALE: '1000' }, 'RATE_LIMIT_SCALE'],
  ['logs of a developer', { LOG_LEVEL: 'debug' }, 'LOG_LEVEL'],
  ['no TLS in front', { PUBLIC_URL: 'http://kangbao.zhengzhou.gov.cn' }, 'PUBLIC_URL'],
  ['the demo’s address', { PUBLIC_URL: 'https://localhost:7200' }, 'PUBLIC_URL'],
  ['no proxy named', { TRUST_PROXY: '' }, 'TRUST_PROXY'],
  ['everybody may frame', { WORKPLACE_ORIGINS: 'https://*.com' }, 'WORKPLACE_ORIGINS'],
  ['framed without TLS', { WORKPLACE_ORIGINS: 'http://workplace.henan.gov.cn' }, 'WORKPLACE_ORIGINS'],
  ['certificates unchecked', { NODE_TLS_REJECT_UNAUTHORIZED: '0' }, 'NODE_TLS_REJECT_UNAUTHORIZED'],
  ['the superuser', { DATABASE_URL: `postgres://postgres:${made()}@postgres/kangbao` }, 'DATABASE_URL'],
  [
    'the embedded database’s habits',
    { DATABASE_URL: 'postgres://kangbao:kangbao@postgres/kangbao' },
    'DATABASE_URL',
  ],
  [
    'TLS to the database unchecked',
    { DATABASE_URL: `${good.DATABASE_URL}?sslmode=no-verify` },
    'DATABASE_URL',
  ],
  ['a database over the wire in clear', { DATABASE_URL: over('db.henan.gov.cn') }, 'DATABASE_URL'],
  [
    'a database whose name is not looked at',
    { DATABASE_URL: `${over('10.0.0.7')}?sslmode=require` },
    'DATABASE_URL',
  ],
  ['a queue over the wire in clear', { REDIS_URL: 'redis://queue.henan.gov.cn:6379' }, 'REDIS_URL'],
  ['everybody trusted about addresses', { TRUST_PROXY: '0.0.0.0/0' }, '0.0.0.0/0'],
]

const refusal = (env: Readonly<Record<string, string>>): string | null => {
  try {
    loadConfig({ ...good, ...env })
    return null
  } catch (error) {
    return String(error)
  }
}

describe('S-96: production', () => {
  it('starts with good settings', () => expect(refusal({})).toBeNull())

  it('takes a database and a queue on other machines, over TLS', () => {
    const DATABASE_URL = `${over('db.henan.gov.cn')}?sslmode=verify-full`
    expect(refusal({ DATABASE_URL, REDIS_URL: 'rediss://queue.henan.gov.cn:6379' })).toBeNull()
  })

  it('refuses bad ones, each with its reason and without the value', () => {
    const taken = bad.filter(([, env, reason]) => {
      const said = refusal(env)
      const secrets = Object.entries(env).filter(([name]) => /SECRET|TOKEN|KEY/.test(name))
      return !said?.includes(reason) || secrets.some(([, value]) => said.includes(value))
    })
    figure({
      id: 'S-96',
      n: bad.length,
      value: bad.length - taken.length,
      unit: 'bad configurations refused with the reason',
      target: '=n',
      ok: taken.length === 0,
    })
    expect(taken.map(([name]) => name)).toEqual([])
  })

  it('names everything that is wrong at once', () => {
    const said = refusal({ JWT_SECRET: 'x'.repeat(32), CLOCK_CONTROL: '1', PUBLIC_URL: 'http://a.example' })
    for (const name of ['JWT_SECRET', 'CLOCK_CONTROL', 'PUBLIC_URL']) expect(said).toContain(name)
  })

  it('leaves the embedded way of running as it is', () => {
    const embedded = {
      DEPLOYMENT: 'development',
      PUBLIC_URL: 'http://localhost:7200',
      CLOCK_CONTROL: '1',
      TRUST_PROXY: '',
    }
    expect(refusal(embedded)).toBeNull()
  })

  it('is what Compose runs', () => {
    const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')
    expect(compose).toContain('DEPLOYMENT: ${DEPLOYMENT:-production}')
  })
})
