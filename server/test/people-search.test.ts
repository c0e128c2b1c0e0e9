import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { searchCompletenessPeople } from '@kangbao/shared/contracts/completeness.ts'
import type { BodyOf } from '@kangbao/shared/contracts/contract.ts'
import { searchMembers } from '@kangbao/shared/contracts/directory.ts'
import { searchReportPeople } from '@kangbao/shared/contracts/reports.ts'
import { startTestServer, type TestServer } from './server.ts'
import { newWorld, type World } from './world.ts'

let server: TestServer
let world: World
let formId: string
beforeAll(async () => {
  server = await startTestServer()
  world = await newWorld(server, { members: 7 })
  formId = (await world.publish('zhengzhou/daily')).id
  await inWorld(sql`
    update members set name = '王' || name, pinyin = 'wang' || user_id, initials = 'w' || user_id
    where id = any(${sql.param(world.members.slice(0, 5).map(({ memberId }) => memberId))}::uuid[])`)
})
afterAll(() => server.close())

const inWorld = <T extends Record<string, unknown>>(statement: ReturnType<typeof sql>) =>
  server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    return (await tx.execute<T>(statement)).rows
  })

/** What every search of people takes besides a filter of its own. */
type Words = Pick<BodyOf<typeof searchMembers>, 'search' | 'cursor' | 'limit'>
/** Each list as ids of members, asked of one person. */
const searches = {
  'the directory': async (words: Words, who = world.admin) => {
    const reply = await who.inject(searchMembers, { body: words })
    return { ...reply, ids: reply.body.items?.map(({ id }) => id) }
  },
  'the board': async (words: Words, who = world.admin) => {
    const params = { formId, period: '2026-03-02' }
    const reply = await who.inject(searchCompletenessPeople, {
      params,
      body: { ...words, state: 'expected' },
    })
    return { ...reply, ids: reply.body.items?.map(({ memberId }) => memberId) }
  },
  'a report': async (words: Words, who = world.admin) => {
    const params = { kind: 'health' as const }
    const reply = await who.inject(searchReportPeople, { params, body: { ...words, figure: 'total' } })
    return { ...reply, ids: reply.body.items?.map(({ memberId }) => memberId) }
  },
}
const lists = Object.entries(searches)
const wangs = () =>
  world.members
    .slice(0, 5)
    .map(({ memberId }) => memberId)
    .toSorted()

it.each(lists)('S-48: %s is searched by name and pinyin, page by page, by a body', async (_name, search) => {
  for (const text of ['王', 'wang', 'WANG', ' wang '])
    expect((await search({ search: text })).ids.toSorted()).toEqual(wangs())
  const one = await search({ search: 'wang', limit: 3 })
  const cursor = one.body.nextCursor ?? ''
  const two = await search({ search: 'wang', limit: 3, cursor })
  expect([one.ids.length, two.ids.length, two.body.nextCursor]).toEqual([3, 2, null])
  expect([...one.ids, ...two.ids].toSorted()).toEqual(wangs())
  expect((await search({ search: '查无此人' })).body).toEqual({ items: [], nextCursor: null })
})

it.each(lists)(
  'S-48: %s takes no search without words, nor from who may not read it',
  async (_name, search) => {
    const bad = [{ search: '' }, { search: 'w'.repeat(41) }, { search: 'w', cursor: "x' or 1=1" }]
    for (const words of bad) {
      const { status, problem } = await search(words)
      expect([status, problem.code]).toEqual([400, 'request.invalid'])
    }
    expect((await search({ search: '王' }, world.member)).problem.code).toBe('permission.missing')
  },
)

it.each(lists)(
  'S-46, S-48: a search of %s is a read in the audit log, without what was typed',
  async (_name, search) => {
    const rows = () => inWorld<{ row: string }>(sql`select to_jsonb(log)::text as row from audit_log log`)
    const before = new Set((await rows()).map(({ row }) => row))
    expect((await search({ search: '王员' })).status).toBe(200)
    const written = (await rows()).flatMap(({ row }) => (before.has(row) ? [] : [row]))
    expect([written.length, written.join().includes('王员')]).toEqual([1, false])
  },
)
