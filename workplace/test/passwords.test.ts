import { figure } from '@kangbao/launcher/figure.ts'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isCommonPassword } from '../api/crypto/common-passwords.ts'
import { hashPassword, isPassword } from '../api/crypto/passwords.ts'
import { newWorld, type Person, type World } from './world.ts'

const longOne = '春眠不觉晓，处处闻啼鸟。夜来风雨声，花落知多少。'.repeat(5).slice(0, 100)

/** @returns the code of the refusal, or `ok`. */
type Verdict = (password: string) => Promise<string>

function verdictIn(world: () => World): Verdict {
  let fresh: { admin: Person; path: string } | undefined
  /** An organisation whose admin has no password yet; kept until one is taken. */
  async function withoutPassword() {
    const admin = await world().person('钱学文')
    const body = {
      name: '黄河大桥建设',
      industry: '建筑业',
      location: '河南省郑州市',
      sizeBand: '100-499',
      acceptTerms: true,
    }
    const org = await admin.call('POST', '/orgs', body)
    return { admin, path: `/orgs/${org.body.orgId}/admin-access` }
  }
  return async (password) => {
    fresh ??= await withoutPassword()
    const { admin, path } = fresh
    const typed = password.replace('<phone>', admin.phone)
    const set = await admin.call('PUT', `${path}/password`, { password: typed })
    if (set.status !== 200) return String(set.body.code)
    fresh = undefined
    return (await admin.call('POST', `${path}/elevation`, { password: typed })).status === 200
      ? 'ok'
      : 'not opened'
  }
}

describe('S-20: passwords', () => {
  let world: World
  let old: World
  beforeAll(async () => {
    ;[world, old] = [await newWorld(), await newWorld({ adminPasswordRule: 'manual' })]
  })
  afterAll(() => Promise.all([world.close(), old.close()]))
  const standard = verdictIn(() => world)
  const manual = verdictIn(() => old)

  it('20 cases of what a password may be', async () => {
    const cases: readonly (readonly [string, () => Promise<unknown>, unknown])[] = [
      ['8 characters of one kind', () => standard('rbtqmzkw'), 'ok'],
      ['7 characters of every kind', () => standard('xK7#pQ2'), 'admin.password-short'],
      ['64 characters', () => standard('mitternachtszug '.repeat(4)), 'ok'],
      ['100 characters of another script', () => standard(longOne), 'ok'],
      ['128 characters outside the basic plane', () => standard('🌾🚲🎋🛶'.repeat(32)), 'ok'],
      ['129 characters', () => standard('abcdefgh!'.repeat(15).slice(0, 129)), 'admin.password-long'],
      ['spaces and punctuation', () => standard(' wo yao hui jia ! '), 'ok'],
      ['on the list', () => standard('qwertyuiop'), 'admin.password-common'],
      ['on the list in capitals', () => standard('ILOVEYOU'), 'admin.password-common'],
      ['on the list in full width', () => standard('ｐａｓｓｗｏｒｄ'), 'admin.password-common'],
      ['on the list with a year around it', () => standard('Dragon2026!'), 'admin.password-common'],
      ['what the country tries first', () => standard('woaini1314'), 'admin.password-common'],
      ['the product’s own name', () => standard('Kangbao2026'), 'admin.password-common'],
      ['a row', () => standard('98765432'), 'admin.password-common'],
      ['repeats', () => standard('1212121212'), 'admin.password-common'],
      ['one’s own phone', () => standard('<phone>!'), 'admin.password-common'],
      ['the name of the organisation', () => standard('黄河大桥建设2026'), 'admin.password-common'],
      [
        'no truncation: the 128th character counts',
        async () => {
          const stored = await hashPassword(`${'长'.repeat(127)}a`)
          return [await isPassword(stored, `${'长'.repeat(127)}b`), await isPassword(stored, 'a\0b')]
        },
        [false, false],
      ],
      [
        'one password however it is typed',
        async () => {
          const stored = await hashPassword('Ｃafé-2026'.normalize('NFC'))
          return [stored.split('$').slice(1, 4).join(' '), await isPassword(stored, 'Cafe\u0301-2026')]
        },
        ['argon2id v=19 m=19456,t=2,p=1', true],
      ],
      [
        'the rule of the manual, on its switch only',
        async () => [
          await standard('Xq7wRt'),
          await manual('Xq7wRt'),
          await manual('xq7wrtzz'),
          await manual('Abc123'),
        ],
        ['admin.password-short', 'ok', 'admin.password-weak', 'admin.password-common'],
      ],
    ]
    let right = 0
    const wrong: unknown[] = []
    for (const [name, run, expected] of cases) {
      const verdict = await run()
      if (JSON.stringify(verdict) === JSON.stringify(expected)) right += 1
      else wrong.push([name, verdict, expected])
    }
    figure({
      id: 'S-20',
      n: cases.length,
      value: right,
      unit: 'cases right',
      target: '=20',
      ok: right === 20,
    })
    expect(wrong).toEqual([])
    expect(cases).toHaveLength(20)
  })

  it('the manual’s rule stands beside a fresh sign-in by phone only; the status tells of it', async () => {
    const { admin, orgId } = await old.orgWithAdmin()
    const elevate = () =>
      admin.call('POST', `/orgs/${orgId}/admin-access/elevation`, { password: 'Qy123456' })
    expect((await elevate()).status).toBe(200)
    old.clock.advance(13 * 3_600_000)
    expect((await elevate()).body.code).toBe('admin.sign-in-old')
    const status = async (one: World) =>
      (await one.app.inject({ url: '/client-api/operator/security' })).json<{ adminPasswordRule: string }>()
    expect(await status(old)).toMatchObject({ adminPasswordRule: 'manual', https: false })
    expect(await status(world)).toMatchObject({ adminPasswordRule: 'standard' })
  })

  it('a password the rule of today no longer takes opens nothing until it is changed', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const path = `/orgs/${orgId}/admin-access`
    const hash = await hashPassword('Xq7wRt')
    await world.db.withOrg(orgId, (scope) =>
      scope.run(sql`update admin_passwords set hash = ${hash} where org_id = ${orgId}`),
    )
    expect((await admin.call('POST', `${path}/elevation`, { password: 'Xq7wRt' })).body.code).toBe(
      'admin.password-outdated',
    )
    const change = (current: string, password: string) =>
      admin.call('PUT', `${path}/password`, { current, password })
    expect((await change('wrong-one', 'rbtqmzkw')).body.code).toBe('admin.password-wrong')
    expect((await change('Xq7wRt', 'short')).body.code).toBe('admin.password-short')
    expect((await change('Xq7wRt', 'rbtqmzkw')).body.elevatedUntil).toBeTruthy()
    expect((await admin.call('POST', `${path}/elevation`, { password: 'Xq7wRt' })).body.code).toBe(
      'admin.password-wrong',
    )
  })

  it('a changed password closes what the old one opened elsewhere', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    world.clock.advance(61_000) // the next text message to the same phone
    const again = await world.person('王管理', admin.phone)
    const path = `/orgs/${orgId}/admin-access`
    expect((await again.call('POST', `${path}/elevation`, { password: 'Qy123456' })).status).toBe(200)
    await admin.call('PUT', `${path}/password`, { current: 'Qy123456', password: 'rbtqmzkw' })
    expect((await again.call('GET', path)).body.elevatedUntil).toBeNull()
    expect((await admin.call('GET', path)).body.elevatedUntil).toBeTruthy()
  })

  it('a forgotten one is set anew when another main admin took the role away and gave it back', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const second = await world.person('副手')
    const invite = await admin.call('GET', `/orgs/${orgId}/invite`)
    await second.call('POST', `/join-codes/${invite.body.code}`, {})
    const { userid } = (await second.call('GET', '/me')).body.orgs[0]
    const role = (to: string) => admin.call('PUT', `/orgs/${orgId}/members/${userid}/role`, { role: to })
    const set = (password: string) => second.call('PUT', `/orgs/${orgId}/admin-access/password`, { password })
    await role('main')
    expect((await set('rbtqmzkw')).status).toBe(200)
    expect((await set('zgvkwqpe')).body.code).toBe('admin.password-set')
    await role('none')
    await role('main')
    expect((await second.call('GET', `/orgs/${orgId}/admin-access`)).body.hasPassword).toBe(false)
    expect((await set('zgvkwqpe')).status).toBe(200)
  })

  it('guesses made at once are no more than guesses made one after another: five, then a pause', async () => {
    const { admin, orgId } = await world.orgWithAdmin()
    const elevate = (password: string) =>
      admin.call('POST', `/orgs/${orgId}/admin-access/elevation`, { password })
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => elevate(`guess number ${at}`)))
    const codes = answers.map(({ body }) => String(body.code))
    expect(codes.filter((code) => code === 'admin.password-wrong')).toHaveLength(5)
    expect(codes.filter((code) => code === 'rate.limited')).toHaveLength(15)
    expect((await elevate('Qy123456')).body).toMatchObject({
      code: 'rate.limited',
      details: { retryAfterSeconds: 900 },
    })
    world.clock.advance(15 * 60_000)
    expect((await elevate('Qy123456')).status).toBe(200)
  })

  it('long pass phrases are never common, however they begin', async () => {
    expect(await isCommonPassword('password is a word nobody should use', [])).toBe(false)
  })
})
