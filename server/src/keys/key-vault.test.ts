import { createHmac, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { idNumberCheckDigit } from '@kangbao/shared/identity/id-number.ts'
import { newId, systemOrgId } from '../db/ids.ts'
import { startTestServer, type TestServer } from '../../test/server.ts'
import { sealWith } from './cipher.ts'
import { keyRing, parseKeyRing } from './key-ring.ts'
import { keyVault } from './key-vault.ts'
import { neededKeys, requireKeys } from './needed-keys.ts'

const entry = (id: string, fill: number) => `${id}:${Buffer.alloc(32, fill).toString('base64')}`

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const place = (orgId: string, row = 'r1') => ({ orgId, table: 'members', column: 'phone', row })
const another = () => keyVault({ ring: keyRing(server.deps.config), database: server.deps.database })

describe('S-32: a sealed value', () => {
  it('opens where it was sealed, in another process too, and nowhere else', async () => {
    const { vault } = server.deps
    const orgId = newId()
    const other = newId()
    await vault.seal(place(other), 'so that the other org has a key')
    const sealed = await vault.seal(place(orgId), '13800002222')
    expect(sealed.includes('13800002222')).toBe(false)
    expect(await another().open(place(orgId), sealed)).toBe('13800002222')

    const moved = [
      place(other),
      place(orgId, 'r2'),
      { ...place(orgId), column: 'name' },
      { ...place(orgId), table: 'files' },
    ]
    // Every byte counts, those of the head included.
    const changed = Array.from({ length: sealed.length }, (_, i) => {
      const copy = Buffer.from(sealed)
      copy[i] = (copy[i] ?? 0) ^ 1
      return copy
    })
    const tries = [
      ...moved.map((where) => vault.open(where, sealed)),
      ...changed.map((bytes) => vault.open(place(orgId), bytes)),
      vault.open(place(orgId), sealed.subarray(0, -1)),
    ]
    const opened = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length
    figure({
      id: 'S-32',
      n: tries.length,
      value: opened,
      unit: 'moved or changed values opened',
      target: '0',
      ok: opened === 0,
    })
    expect(opened).toBe(0)
  })
})

describe('S-33: keys', () => {
  it('nonces never repeat', () => {
    const n = Number(process.env['SEALS'] ?? 20_000)
    const key = { no: 1, key: randomBytes(32) }
    const nonces = new Set<string>()
    for (let i = 0; i < n; i += 1)
      sealWith(key, place(systemOrgId), 'x', (nonce) => nonces.add(nonce.toString('latin1')))
    figure({
      id: 'S-33',
      n,
      value: n - nonces.size,
      unit: 'nonces repeated',
      target: '0',
      ok: nonces.size === n,
    })
    expect(nonces.size).toBe(n)
  })

  it('an org without its keys can be read by nobody, and no other org is touched', async () => {
    const { vault } = server.deps
    const [gone, stays] = [newId(), newId()]
    const rows = Array.from({ length: 50 }, (_, i) => place(gone, `r${i}`))
    const sealed = await Promise.all(rows.map((where) => vault.seal(where, 'a secret')))
    const kept = await vault.seal(place(stays), 'a secret')
    await vault.shred(gone)
    const tries = [vault, another()].flatMap((each) =>
      sealed.map((bytes, i) => each.open(rows[i] ?? place(gone), bytes)),
    )
    const readable = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length
    figure({
      id: 'S-33',
      n: tries.length,
      value: readable,
      unit: 'values readable after their key was deleted',
      target: '0',
      ok: readable === 0,
    })
    expect(readable).toBe(0)
    expect(await another().open(place(stays), kept)).toBe('a secret')
  })

  it('two processes that need the first key of an org at once make one', async () => {
    const orgId = newId()
    const [a, b] = [another(), another()]
    const [one, two] = await Promise.all([a.seal(place(orgId), 'one'), b.seal(place(orgId), 'two')])
    expect([await b.open(place(orgId), one), await a.open(place(orgId), two)]).toEqual(['one', 'two'])
    const { rows } = await server.deps.database.pool.query(
      `select purpose, count(*)::int as n from data_keys where org_id = $1 group by 1 order by 1`,
      [orgId],
    )
    expect(rows).toEqual([
      { purpose: 'look-up', n: 1 },
      { purpose: 'seal', n: 1 },
    ])
  })

  it('a key that has sealed enough is followed by another', async () => {
    const orgId = newId()
    const before = await another().seal(place(orgId), 'early')
    await server.deps.database.pool.query(`update data_keys set seals = 3e9 where org_id = $1`, [orgId])
    const after = await another().seal(place(orgId), 'late')
    expect([before.readUInt32BE(1), after.readUInt32BE(1)]).toEqual([1, 2])
    // A process that has never heard of the new key reads the ring again.
    expect(await server.deps.vault.open(place(orgId), after)).toBe('late')
  })
})

describe('S-35: keyed hashes', () => {
  it('cannot be guessed without the key, and differ by org and purpose', async () => {
    const { vault } = server.deps
    const ids = Array.from({ length: 2_000 }, (_, i) => {
      const first = `410105199001${String(10 + (i % 18))}${String(i % 1000).padStart(3, '0')}`
      return `${first}${idNumberCheckDigit(first)}`
    })
    const [ours, theirs] = [newId(), newId()]
    const stored = await vault.lookupHash(ours, 'id-number', ids[7] ?? '')
    expect(stored).toEqual(await another().lookupHash(ours, 'id-number', ids[7] ?? ''))
    const guesses = ids.flatMap((id) => [
      createHmac('sha256', '').update(id).digest(),
      createHmac('sha256', ours).update(`id-number\0${id}`).digest(),
      createHmac('sha256', server.deps.config.JWT_SECRET).update(`id-number\0${id}`).digest(),
    ])
    const matches = guesses.filter((guess) => guess.equals(stored)).length
    const elsewhere = await vault.lookupHash(theirs, 'id-number', ids[7] ?? '')
    const other = await vault.lookupHash(ours, 'phone', ids[7] ?? '')
    const equal = [elsewhere, other].filter((hash) => hash.equals(stored)).length
    figure({
      id: 'S-35',
      n: guesses.length + 2,
      value: matches + equal,
      unit: 'hashes matched',
      target: '0',
      ok: matches + equal === 0,
    })
    expect([matches, equal]).toEqual([0, 0])
  })
})

describe('R-55: a ring', () => {
  it('is read by name, and says nothing of its keys when it is wrong', () => {
    expect(parseKeyRing(`# remark\n${entry('a', 1)}\n${entry('b', 2)}\n`).map(({ id }) => id)).toEqual([
      'a',
      'b',
    ])
    for (const text of ['', 'a:short', `a ${entry('a', 1)}`, `${entry('a', 1)},${entry('a', 2)}`]) {
      let said = ''
      try {
        parseKeyRing(text)
      } catch (error) {
        said = String(error)
      }
      expect(said).not.toBe('')
      expect(said).not.toContain(Buffer.alloc(32, 1).toString('base64'))
    }
  })

  it('tells which master keys a database needs and refuses to start without one', async () => {
    const orgId = newId()
    await server.deps.vault.seal(place(orgId), 'x')
    const { pool } = server.deps.database
    const right = keyRing(server.deps.config)
    expect(await neededKeys(pool, right)).toEqual({ needed: ['t1'], missing: [] })
    await expect(requireKeys(pool, right)).resolves.toBeUndefined()
    const wrong = keyRing({ MASTER_KEYS: entry('other', 3) })
    await expect(requireKeys(pool, wrong)).rejects.toThrow(/needs: t1/)
    const sameName = keyRing({ MASTER_KEYS: entry('t1', 3) })
    const stranger = keyVault({ ring: sameName, database: server.deps.database })
    await expect(stranger.lookupHash(orgId, 'phone', '13800002222')).rejects.toThrow(/t1/)
    await expect(requireKeys(pool, sameName)).rejects.toThrow(/needs: t1/)
  })
})
