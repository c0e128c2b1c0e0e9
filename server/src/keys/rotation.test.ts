import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { fileSubmission, getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import type { SealedPlace } from '../ports/vault.ts'
import { systemOrgId } from '../db/ids.ts'
import { healthyAnswers } from '../../test/answers.ts'
import { startTestServer, type TestServer } from '../../test/server.ts'
import { newWorld, type World } from '../../test/world.ts'
import { keyRing } from './key-ring.ts'
import { keyVault } from './key-vault.ts'
import { neededKeys } from './needed-keys.ts'
import { rotateKeys } from './rotation.ts'

const newEntry = (id: string) => `${id}:${randomBytes(32).toString('base64')}`
const [former, next] = [newEntry('1'), newEntry('k2')]
const formerMaster = Buffer.from(former.slice(2), 'base64')

/** As values were sealed before there were data keys. */
function sealedThen(place: SealedPlace, text: string): Buffer {
  const key = Buffer.from(hkdfSync('sha256', formerMaster, 'kangbao', `org:${place.orgId}`, 32))
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from([place.orgId, place.table, place.column, place.row].join('\0')))
  return Buffer.concat([Buffer.from([1, 1]), nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

let server: TestServer
let world: World
beforeAll(async () => {
  // The server knows both keys; the new one is first, so that it wraps what is made from now on.
  server = await startTestServer({ config: { MASTER_KEYS: `${former},${next}` } })
  world = await newWorld(server, { members: 12 })
})
afterAll(() => server.close())

const phonePlace = (row: string) => ({ orgId: world.orgId, table: 'members', column: 'phone', row })

it('S-34: keys change while people file, killed twice, and the old key can go', async () => {
  const { database } = server.deps
  // An installation older than the ring: a member's phone sealed by the former scheme.
  await database.pool.query(
    `insert into data_keys (org_id, purpose, no, wrapped, wrapped_by) values ($1, 'former', 0, '', '1')`,
    [systemOrgId],
  )
  const old = sealedThen(phonePlace(world.member.memberId), '13800001111')
  await database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    await tx.execute(
      sql`update members set phone = ${old}, phone_hash = '\\x01' where id = ${world.member.memberId}`,
    )
  })

  const form = await world.publish('zhengzhou/daily')
  let isOver = false
  let filed = 0
  let failed = 0
  const people = world.members
  const traffic = people.slice(0, 4).map(async (_, lane) => {
    for (let i = lane; !isOver; i += 4) {
      const person = people[i % people.length]
      if (!person) return
      const reply = await person.inject(fileSubmission, {
        params: { formId: form.id, period: '2026-03-02' },
        body: { answers: healthyAnswers('2026-03-02') },
      })
      filed += 1
      if (reply.status !== 200) failed += 1
    }
  })

  const ring = keyRing({ MASTER_KEYS: `${next},${former}` })
  const run = (signal?: AbortSignal) =>
    rotateKeys({
      database,
      ring,
      vault: keyVault({ ring, database }),
      settleMs: 300,
      ...(signal ? { signal } : {}),
    })
  // What a process is killed in the middle of is rolled back or done; an abort between two steps leaves the same.
  for (const afterMs of [20, 120]) await run(AbortSignal.timeout(afterMs)).catch(() => undefined)
  await run()
  isOver = true
  await Promise.all(traffic)
  // The traffic's own process sealed under its cached key until the end; one more run finds what it left.
  await run()

  const { needed } = await neededKeys(database.pool, ring)
  const onlyNew = keyVault({ ring: keyRing({ MASTER_KEYS: next }), database })
  const places = await database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { rows } = await tx.execute<{ row: string; answers: Buffer }>(`
      select form_id || '/' || period_start || '/' || member_id || '/' || revision as row, answers from submissions
      union all
      select form_id || '/' || period_start || '/' || member_id || '/' || revision, answers from submission_revisions`)
    return rows
  })
  const tries = places.map(({ row, answers }) =>
    onlyNew.open({ orgId: world.orgId, table: 'submissions', column: 'answers', row }, answers),
  )
  const shut = (await Promise.allSettled(tries)).filter(({ status }) => status === 'rejected').length
  const [phone] = (
    await database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute<{ phone: Buffer; phone_hash: Buffer }>(
        `select phone, phone_hash from members where id = '${world.member.memberId}'`,
      ),
    )
  ).rows
  figure({ id: 'S-34', n: filed, value: failed, unit: 'failed requests', target: '0', ok: failed === 0 })
  figure({
    id: 'S-34',
    n: places.length,
    value: shut,
    unit: 'undecryptable values',
    target: '0',
    ok: shut === 0,
  })
  expect([failed, shut]).toEqual([0, 0])
  expect(filed).toBeGreaterThan(20)
  expect(needed).toEqual(['k2'])
  expect(await onlyNew.open(phonePlace(world.member.memberId), phone?.phone ?? Buffer.alloc(0))).toBe(
    '13800001111',
  )
  expect(phone?.phone_hash).toEqual(await onlyNew.lookupHash(world.orgId, 'phone', '13800001111'))

  const reply = await world.admin.inject(getSubmission, {
    params: { formId: form.id, period: '2026-03-02', memberId: world.member.memberId },
  })
  expect(reply.status).toBe(200)
})
