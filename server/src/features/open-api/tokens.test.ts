import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { apiScopes, type ApiScope } from '@kangbao/shared/contracts/api-scope.ts'
import { listApiTokens, makeApiToken, revokeApiToken } from '@kangbao/shared/contracts/api-tokens.ts'
import { listAuditLog } from '@kangbao/shared/contracts/audit-log.ts'
import { createClient, ProblemError } from '@kangbao/shared/contracts/client.ts'
import { getCompleteness } from '@kangbao/shared/contracts/completeness.ts'
import type { Contract, InputOf } from '@kangbao/shared/contracts/contract.ts'
import { listMembers } from '@kangbao/shared/contracts/directory.ts'
import { listEvents } from '@kangbao/shared/contracts/events.ts'
import { listForms } from '@kangbao/shared/contracts/forms.ts'
import { listReports } from '@kangbao/shared/contracts/reports.ts'
import * as forPrograms from '@kangbao/shared/for-programs.ts'
import { getSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { startTestServer, testNow, type TestServer } from '../../../test/server.ts'
import { newWorld, signToken, type World } from '../../../test/world.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { newApiToken, readApiToken } from '../../http/api-token-text.ts'

let server: TestServer
let baseUrl = ''
beforeAll(async () => {
  server = await startTestServer()
  baseUrl = `${await server.app.listen({ port: 0, host: '127.0.0.1' })}/api`
})
afterAll(() => server.close())
beforeEach(() => server.deps.clock.set(testNow))

const inOrg = <T>({ orgId }: World, work: (scope: OrgScope) => Promise<T>) =>
  server.deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, work)

async function made(world: World, scopes: readonly ApiScope[] = apiScopes, days = 30) {
  const reply = await world.admin.inject(makeApiToken, {
    body: { name: '人事系统', scopes: [...scopes], days },
  })
  expect(reply.status).toBe(200)
  return reply.body
}
/** As an integrator does: with the typed client. */
const clientOf = (secret: string) => createClient({ baseUrl, fetch, token: () => secret })
async function codeOf<C extends Contract>(secret: string, contract: C, input: InputOf<C>): Promise<string> {
  const call = clientOf(secret).call as (contract: Contract, input: unknown) => Promise<unknown>
  return call(contract, input).then(
    () => 'ok',
    (error: unknown) => (error instanceof ProblemError ? error.problem.code : 'no answer'),
  )
}

describe('X-08: API tokens', () => {
  it('let a program read what its scopes say with the typed client, and nothing else', async () => {
    const world = await newWorld(server)
    const { id: formId } = await world.publish('zhengzhou/daily')
    const { secret, token } = await made(world)
    expect(token).toMatchObject({ state: 'active', madeBy: world.admin.name, usedAt: null })
    const client = clientOf(secret)
    expect((await client.call(listForms, { query: {} })).items.map(({ id }) => id)).toEqual([formId])
    const counted = await client.call(getCompleteness, { params: { formId, period: '2026-03-02' } })
    expect(counted.expected).toBe(5)
    const { items } = await client.call(listMembers, { query: { limit: 2 } })
    expect(items).toHaveLength(2)
    expect(await codeOf(secret, listReports, { params: { kind: 'health' }, query: {} })).toBe('ok')
    expect((await client.call(listEvents, { query: {} })).openedAt).not.toBeNull()
    // Not even what its maker may: answers have no scope, and a token makes no token.
    const params = { formId, period: '2026-03-02', memberId: world.member.memberId }
    expect(await codeOf(secret, getSubmission, { params })).toBe('token.scope-missing')
    const body = { name: 'x', scopes: ['events.read' as const], days: 1 }
    expect(await codeOf(secret, makeApiToken, { body })).toBe('token.scope-missing')
    const { secret: narrow } = await made(world, ['events.read'])
    expect(await codeOf(narrow, listEvents, { query: {} })).toBe('ok')
    expect(await codeOf(narrow, listMembers, { query: {} })).toBe('token.scope-missing')
  })

  it('are named in the audit log, counted apart, and say how many calls are left', async () => {
    const world = await newWorld(server)
    const { secret, token } = await made(world)
    await clientOf(secret).call(listMembers, { query: {} })
    const log = await world.admin.inject(listAuditLog, { query: { action: 'directory.members-read' } })
    expect(log.body.items[0]?.actor).toEqual({ kind: 'token', id: token.id, name: '人事系统' })
    const headers = { authorization: `Bearer ${secret}` }
    const reply = await server.app.inject({ url: '/api/events', headers })
    expect([reply.headers['ratelimit-limit'], reply.headers['ratelimit-remaining']]).toEqual(['600', '598'])
    const [shown] = (await world.admin.inject(listApiTokens, { query: {} })).body.items
    expect(shown).toMatchObject({ id: token.id, usedAt: expect.any(String) as string })
    expect(secret.startsWith(shown?.beginning ?? '?')).toBe(true)
  })

  it('are good for nothing once revoked, expired, or when their maker is no main admin or the organisation is gone', async () => {
    const world = await newWorld(server)
    const { secret, token } = await made(world)
    const ask = () => codeOf(secret, listEvents, { query: {} })
    const admin = sql`id = ${world.admin.memberId}`
    const state = async () =>
      (await world.as(world.admin, 'main-admin').inject(listApiTokens, { query: {} })).body.items[0]?.state
    for (const [harm, mend] of [
      [
        sql`update members set role = 'sub-admin' where ${admin}`,
        sql`update members set role = 'main-admin' where ${admin}`,
      ],
      [
        sql`update members set left_at = now() where ${admin}`,
        sql`update members set left_at = null where ${admin}`,
      ],
    ]) {
      await inOrg(world, ({ tx }) => tx.execute(harm ?? sql``))
      expect([await ask(), await state()]).toEqual(['token.invalid', 'stopped'])
      await inOrg(world, ({ tx }) => tx.execute(mend ?? sql``))
      expect([await ask(), await state()]).toEqual(['ok', 'active'])
    }
    await server.deps.database.inSystem(({ tx }) =>
      tx.execute(sql`update orgs set state = 'removed' where id = ${world.orgId}`),
    )
    expect(await ask()).toBe('token.invalid')
    await server.deps.database.inSystem(({ tx }) =>
      tx.execute(sql`update orgs set state = 'active' where id = ${world.orgId}`),
    )
    server.deps.clock.advance(30 * 86_400_000 + 1)
    expect([await ask(), await state()]).toEqual(['token.invalid', 'expired'])
    server.deps.clock.set(testNow)
    const params = { tokenId: token.id }
    for (let i = 0; i < 2; i += 1)
      expect((await world.admin.inject(revokeApiToken, { params })).body.state).toBe('revoked')
    expect(await ask()).toBe('token.invalid')
  })

  it('are told from any other text, stand nowhere, and are made after a second proof only', async () => {
    const world = await newWorld(server)
    const { secret, token } = await made(world)
    expect(secret).toMatch(/^kb_live_[0-9A-Za-z]{82}$/)
    const stranger = newApiToken({ orgId: world.orgId, tokenId: token.id })
    const turned = secret.slice(0, -1) + (secret.endsWith('0') ? '1' : '0')
    for (const wrong of [stranger, turned, secret.toLowerCase(), `${secret}0`, 'kb_live_', 'kb_live_é'])
      expect(await codeOf(wrong, listEvents, { query: {} }).catch(() => 'unsendable')).toMatch(
        /^(token\.invalid|unsendable|no answer)$/,
      )
    for (let i = 0; i < 30; i += 1) await codeOf(stranger, listEvents, { query: {} })
    expect(await codeOf(stranger, listEvents, { query: {} })).toBe('rate.limited')
    const stored = await inOrg(world, async ({ tx }) =>
      JSON.stringify((await tx.execute(sql`select * from api_tokens`)).rows),
    )
    expect(stored).not.toContain(secret)
    const unproved = signToken(
      server,
      { sub: world.admin.memberId, org: world.orgId, role: 'main-admin' },
      { isProved: false },
    )
    const body = { name: 'x', scopes: ['events.read' as const], days: 1 }
    expect(await codeOf(unproved, makeApiToken, { body })).toBe('step-up.needed')
    expect((await world.member.inject(listApiTokens, { query: {} })).problem.code).toBe('permission.missing')
  })

  it('say whose they are, whatever the ids', () => {
    for (let i = 0; i < 200; i += 1) {
      const key = { orgId: newId(), tokenId: i === 0 ? '00000000-0000-0000-0000-000000000000' : newId() }
      expect(readApiToken(newApiToken(key))).toEqual(key)
      expect(readApiToken(`kb_live_${randomBytes(82).toString('hex').slice(0, 82)}`)).toBeNull()
    }
  })

  it('open routes that only read, and never one that asks for a second proof', () => {
    const contracts = server.app.routeTable.flatMap(({ contract }) => contract ?? [])
    const open = contracts.filter(({ scope }) => scope !== undefined)
    expect(open.length).toBeGreaterThan(10)
    expect(
      open.filter(({ method, stepUp, audit }) => method !== 'GET' || stepUp || audit.kind === 'changes'),
    ).toEqual([])
    // The package for programs has each of them, and no other.
    const given = Object.values<unknown>(forPrograms).filter((each) => new Set<unknown>(contracts).has(each))
    expect(new Set(given)).toEqual(new Set<unknown>(open))
    expect([...new Set(open.map(({ scope }) => scope))].sort()).toEqual([...apiScopes].sort())
  })
})
