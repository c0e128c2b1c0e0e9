import { describe, expect, it } from 'vitest'
import { figure } from '../figure.ts'
import { knownFakes } from './known-fakes.ts'
import { scanHistory, scanTree } from './secret-places.ts'
import { entropyOf, secretsIn } from './secrets.ts'

const seed = 20_261_128
/** Mulberry32: the same fakes each time, and none of them written down here. */
function random(): number {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
let state = seed

const lower = 'abcdefghijklmnopqrstuvwxyz'
const digits = '0123456789'
const upper = lower.toUpperCase()
const alphanumeric = upper + lower + digits
const base64 = `${alphanumeric}+/`
const some = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
const hex = (length: number) => some('0123456789abcdef', length)
const key = (kind: string) =>
  `-----BEGIN ${kind}PRIVATE ${'KEY'}-----\n${some(base64, 64)}\n${some(base64, 64)}\n-----END ${kind}PRIVATE ${'KEY'}-----`
const once = (alphabet: string, prefix: string, length: number) => () => prefix + some(alphabet, length)
const assigned =
  (name: string, alphabet = base64, length = 44) =>
  () =>
    `${name}=${some(alphabet, length)}`

/** Fifty, each as it would stand in a file of somebody in a hurry. */
const fakes: readonly (() => string)[] = [
  () => key(''),
  () => key('RSA '),
  () => key('EC '),
  () => key('OPENSSH '),
  () => JSON.stringify({ key: key('') }).replaceAll('\\n', '\n'),
  once(alphanumeric, `LT${'AI'}`, 20),
  once(alphanumeric, `access: LT${'AI'}5t`, 18),
  once(alphanumeric, `AK${'ID'}`, 32),
  once('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', `AK${'IA'}`, 16),
  once('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', `AS${'IA'}`, 16),
  once(`${alphanumeric}_-`, `AI${'za'}`, 35),
  once(alphanumeric, `GOC${'SPX-'}`, 28),
  once(alphanumeric, `gh${'p_'}`, 36),
  once(alphanumeric, `gh${'o_'}`, 36),
  once(alphanumeric, `gh${'s_'}`, 36),
  () => `github_${'pat_'}${some(alphanumeric, 22)}_${some(alphanumeric, 59)}`,
  once(alphanumeric, `gl${'pat-'}`, 20),
  once(alphanumeric, `np${'m_'}`, 36),
  once(alphanumeric, '//registry.example.org/:_auth' + 'Token=', 36),
  () => `xox${'b-'}${some(digits, 12)}-${some(digits, 12)}-${some(alphanumeric, 24)}`,
  () => `xox${'p-'}${some(digits, 12)}-${some(alphanumeric, 24)}`,
  () => `https://hooks.slack.com/services/T${some(upper, 8)}/B${some(upper, 8)}/${some(alphanumeric, 24)}`,
  () => `https://oapi.dingtalk.com/robot/send?access_token=${hex(64)}`,
  () =>
    `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}`,
  once(alphanumeric, `sk_${'live_'}`, 24),
  once(alphanumeric, `rk_${'live_'}`, 24),
  () => `SG${'.'}${some(alphanumeric, 22)}.${some(alphanumeric, 43)}`,
  once(alphanumeric, `s${'k-'}`, 48),
  once(alphanumeric, `s${'k-ant-'}`, 48),
  once(alphanumeric, `dckr_${'pat_'}`, 27),
  once(alphanumeric, `pypi-${'AgEIcHlwaS5vcmc'}`, 60),
  once('0123456789ACDEFGHJKLMNPQRSTUVWXYZ', `AGE-SECRET-${'KEY-1'}`, 58),
  () => `ey${'J'}${some(alphanumeric, 20)}.ey${'J'}${some(alphanumeric, 40)}.${some(alphanumeric, 43)}`,
  () => `postgres://kangbao:${some(alphanumeric, 16)}@db.internal:5432/kangbao`,
  () => `DATABASE_URL=postgresql://app:${some(alphanumeric, 12)}@10.0.0.4/app`,
  () => `rediss://default:${some(alphanumeric, 24)}@cache.internal:6380`,
  () => `smtps://mailer:${some(alphanumeric, 12)}@smtp.internal`,
  () => `https://deploy:${some(alphanumeric, 20)}@git.internal/x.git`,
  assigned('MASTER_KEY'),
  assigned('JWT_SECRET', alphanumeric, 48),
  assigned('SMS_SECRET', '0123456789abcdef', 64),
  assigned('GOVERNMENT_SECRET'),
  () => `  suiteSecret: '${some(alphanumeric, 64)}',`,
  () => `"callbackAesKey": "${some(alphanumeric, 43)}"`,
  () => `const apiKey = "${some(alphanumeric, 32)}"`,
  () => `  password: ${some(alphanumeric, 28)}`,
  () => `aws_secret_access_key = ${some(base64, 40)}`,
  () => `export CLIENT_SECRET='${some(`${alphanumeric}_-`, 40)}'`,
  () => `{"refresh_token":"${some(`${alphanumeric}_-`, 64)}"}`,
  () => `session_token: ${some(`${alphanumeric}_-`, 43)}`,
]

/** What looks a little like one and stands in every repository. */
const harmless = [
  `resolution: {integrity: sha512-${some(base64, 86)}==}`,
  `commit ${hex(40)}`,
  `const id = '${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(12)}'`,
  'MASTER_KEY=<32 random bytes, base64>',
  'JWT_SECRET=${JWT_SECRET}',
  'JWT_SECRET=change-me-change-me-change-me-change-me',
  'postgres://kangbao:password@localhost/kangbao',
  'postgres://kangbao:kangbao@127.0.0.1:5432/kangbao',
  'const token = await signedTokenOfTheMember(member)',
  'accessToken: session.accessTokenOfThisSession.value',
  `digest: '${hex(64)}'`,
  'secret: randomBytes(32).toString("base64url")',
  '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----',
]

describe('S-95: secrets', () => {
  it('finds at least 49 of 50 that are planted, and takes nothing harmless for one', () => {
    const missed = fakes
      .map((make) => make())
      .filter((fake) => {
        const file = `# settings\n\n${fake}\n`
        return secretsIn('planted', Buffer.from(file)).length === 0
      })
    const found = fakes.length - missed.length
    figure({
      id: 'S-95',
      n: fakes.length,
      value: found,
      unit: 'planted fakes found',
      target: '>=49',
      seed,
      ok: found >= 49,
    })
    expect(fakes).toHaveLength(50)
    expect(missed.map((fake) => fake.slice(0, 24))).toEqual([])
    expect(harmless.filter((text) => secretsIn('harmless', Buffer.from(text)).length > 0)).toEqual([])
  })

  it('finds them in one long line, as bundles and source maps are', () => {
    const bundle = `${'var a=1;'.repeat(50_000)}const k="gh${'p_'}${some(alphanumeric, 36)}";${'b();'.repeat(50_000)}`
    const [finding] = secretsIn('main.js', Buffer.from(bundle))
    expect(finding).toMatchObject({ rule: 'GitHub token', where: 'main.js', line: 1 })
  })

  it('are nowhere in the tree', () => {
    const { files, findings } = scanTree()
    figure({
      id: 'S-95',
      n: files,
      value: findings.length,
      unit: 'secrets in the tree',
      target: '=0',
      ok: findings.length === 0,
    })
    expect(findings).toEqual([])
    expect(files).toBeGreaterThan(500)
  })

  it('were never in its history', () => {
    const { files, findings } = scanHistory()
    if (files > 0)
      figure({
        id: 'S-95',
        n: files,
        value: findings.length,
        unit: 'secrets in the history',
        target: '=0',
        ok: findings.length === 0,
      })
    expect(findings).toEqual([])
  }, 60_000)

  it('has a reason for each value it was told to pass over', () => {
    for (const [print, why] of Object.entries(knownFakes)) {
      expect(print).toMatch(/^[0-9a-f]{16}$/)
      expect(why.length).toBeGreaterThan(10)
    }
  })

  it('knows disorder from words', () => {
    expect(entropyOf('aaaaaaaa')).toBe(0)
    expect(entropyOf('abcdabcd')).toBe(2)
  })
})
