import { figure } from '@kangbao/launcher/figure.ts'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  exportAuditLog,
  listAuditLog,
  verifyAuditLog,
  type AuditLogEntry,
} from '@kangbao/shared/contracts/audit-log.ts'
import { listMembers } from '@kangbao/shared/contracts/directory.ts'
import { rotateSigningKey } from '@kangbao/shared/contracts/sessions.ts'
import { fileSubmission, getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../../test/answers.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, signToken, type World } from '../../../test/world.ts'
import { send } from '../../../test/isolation/calls.ts'
import { jobContext } from '../../jobs/define-job.ts'
import { chainAll } from './audit-log.jobs.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

/** A world in which the admin has looked at the answers of one member and at the directory. */
async function watchedWorld(): Promise<World> {
  const world = await newWorld(server)
  const form = await world.publish('zhengzhou/daily')
  const params = { formId: form.id, period: '2026-03-02' }
  await world.member.inject(fileSubmission, { params, body: { answers: healthyAnswers('2026-03-02') } })
  server.deps.clock.set(testNow + 60_000)
  const look = { params: { ...params, memberId: world.member.memberId } }
  expect((await world.admin.inject(getSubmission, look)).status).toBe(200)
  server.deps.clock.set(testNow + 120_000)
  expect((await world.admin.inject(listMembers, { query: {} })).status).toBe(200)
  await chainAll(jobContext(server.deps, 'test', 0))
  server.deps.clock.set(testNow)
  return world
}

const actionsOf = (items: readonly AuditLogEntry[]) => items.map(({ action }) => action)

describe('X-05: the audit log', () => {
  it('tells a main admin who looked at what, by name, with filters, page by page', async () => {
    const world = await watchedWorld()
    const ask = async (query: Parameters<typeof world.admin.inject<typeof listAuditLog>>[1]['query']) =>
      (await world.admin.inject(listAuditLog, { query })).body
    const { items } = await ask({ kind: 'read' })
    expect(actionsOf(items)).toEqual(['directory.members-read', 'submission.read'])
    expect(items[1]).toMatchObject({
      at: expect.stringMatching(/^2026-03-02T02:01:/),
      actor: { kind: 'member', id: world.admin.memberId, name: '管理员甲' },
      people: [{ id: world.member.memberId, name: '员工1' }],
      peopleCount: 1,
      seq: expect.any(Number),
    })
    expect(items[0]).toMatchObject({ peopleCount: 5, people: { length: 3 } })
    const looks = { action: 'submission.read' }
    expect(actionsOf((await ask(looks)).items)).toEqual(['submission.read'])
    const person = world.member.memberId
    expect(actionsOf((await ask({ person, kind: 'read' })).items)).toHaveLength(2)
    expect((await ask({ actor: world.member.memberId })).items).toEqual([])
    expect((await ask({ from: '2026-03-03' })).items).toEqual([])
    expect((await ask({ until: '2026-03-01' })).items).toEqual([])
    expect(actionsOf((await ask({ from: '2026-03-02', until: '2026-03-02', ...looks })).items)).toHaveLength(
      1,
    )
    const first = await ask({ limit: 1, from: '2026-03-02', kind: 'read' })
    const rest = await ask({ from: '2026-03-02', kind: 'read', cursor: first.nextCursor ?? '' })
    expect(actionsOf([...first.items, ...rest.items]).filter((name) => !name.startsWith('audit.'))).toEqual([
      'directory.members-read',
      'submission.read',
    ])
    expect((await world.admin.inject(listAuditLog, { query: { cursor: 'x' } })).problem.code).toBe(
      'request.invalid',
    )
    expect((await world.as(world.admin, 'sub-admin').inject(listAuditLog, { query: {} })).status).toBe(403)
  })

  it('S-64: leaves as CSV that is no formula, with a second proof, and says that it left', async () => {
    const world = await watchedWorld()
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(sql`update members set name = '=HYPERLINK("http://x")' where id = ${world.member.memberId}`),
    )
    const text = async (language: string) => {
      const sent = { token: world.admin.token, headers: { 'accept-language': language } }
      const reply = await send(server, exportAuditLog, { query: { kind: 'read' } }, sent)
      return Buffer.from(reply.text, 'latin1').toString('utf8')
    }
    const csv = await text('zh-CN')
    expect(csv).toMatch(/^\uFEFF"时间"/)
    expect(csv).toContain('"查看答卷","管理员甲"')
    expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`)
    expect(await text('en')).toContain('"Exported the audit log"')
    const claims = { sub: world.admin.memberId, org: world.orgId, role: 'main-admin' as const }
    const unproved = signToken(server, claims, { isProved: false })
    expect((await send(server, exportAuditLog, { query: {} }, { token: unproved })).code).toBe(
      'step-up.needed',
    )
  })

  it('streams however much there is', async () => {
    const world = await newWorld(server)
    await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, ({ tx }) =>
      tx.execute(sql`
        insert into audit_log (org_id, id, at, actor, action, object)
        select ${world.orgId}, gen_random_uuid(), '2026-02-01'::timestamptz + make_interval(secs => n / 3),
          'system:test', 'form.ended', 'form:' || n
        from generate_series(1, 3500) n`),
    )
    const reply = await send(server, exportAuditLog, { query: { action: 'form.ended' } }, world.admin)
    const objects = new Set([...reply.text.matchAll(/"form:\d+"/g)].map(([object]) => object))
    expect(objects.size).toBe(3500)
    expect(reply.text.split('\r\n')).toHaveLength(3502)
  })

  it('S-46: is verified on demand, which it says itself', async () => {
    const world = await watchedWorld()
    const { body } = await world.admin.inject(verifyAuditLog)
    expect(body).toMatchObject({ fault: null })
    expect(body.links).toBeGreaterThan(2)
    const { items } = (await world.admin.inject(listAuditLog, { query: {} })).body
    const told = items.find(({ action }) => action === 'audit.verified')
    expect(told).toMatchObject({ detail: { fault: null } })
  })

  it('S-12: shows the operator the installation’s own log and nothing of an org', async () => {
    const world = await watchedWorld()
    const token = signToken(server, { sub: 'operator', role: 'operator' })
    expect((await send(server, rotateSigningKey, {}, { token })).status).toBe(200)
    const { text } = await send(server, listAuditLog, { query: {} }, { token })
    expect(text).toContain('signing-key.rotated')
    expect(text).toContain('"kind":"operator"')
    const secrets = [world.orgId, world.member.memberId, 'submission.read', '管理员']
    const shown = secrets.filter((secret) => text.includes(secret))
    figure({
      id: 'S-12',
      n: secrets.length,
      value: shown.length,
      unit: 'facts of an org shown to the operator',
      target: '=0',
      ok: shown.length === 0,
    })
    expect(shown).toEqual([])
    const byPerson = await send(server, listAuditLog, { query: { person: world.member.memberId } }, { token })
    expect(byPerson.text).toContain('"items":[]')
  })
})
