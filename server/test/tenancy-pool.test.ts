import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { getMe } from '@kangbao/shared/contracts/sessions.ts'
import { openDatabase, type Actor, type Database, type OrgScope } from '../src/db/database.ts'
import { startTestServer, type TestServer } from './server.ts'
import { newWorld, type World } from './world.ts'

const orgCount = 6
const sideBySide = 40
const databaseRequests = 8_000
const httpRequests = 2_000
const actor: Actor = { kind: 'system', name: 'test' }

let server: TestServer
let origin: string
let worlds: World[]
/** Cancels and cuts what the others run. */
let knife: pg.Pool
let database: Database

beforeAll(async () => {
  server = await startTestServer({ config: { DATABASE_POOL: 2, RATE_LIMIT_SCALE: 1_000 } })
  origin = await server.app.listen({ port: 0, host: '127.0.0.1' })
  worlds = await Promise.all(Array.from({ length: orgCount }, () => newWorld(server)))
  knife = new pg.Pool({ connectionString: server.deps.config.DATABASE_URL, max: 1 })
  database = openDatabase(server.deps.config.DATABASE_URL, { maxConnections: 2 })
})
afterAll(async () => {
  await database.close()
  await knife.end()
  await server.close()
})

/** The same row of choices for the same seed (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
}

class Deliberate extends Error {}

/** Everything a scope shows: the orgs of the rows it sees, and the one it says it is bound to. */
async function seenIn({ tx }: Pick<OrgScope, 'tx'>): Promise<string[]> {
  const { rows } = await tx.execute<{ org: string }>(sql`
    select distinct org_id::text as org from members
    union select nullif(current_setting('app.org_id', true), '') where nullif(current_setting('app.org_id', true), '') is not null`)
  return rows.map(({ org }) => org)
}

/** A statement that is cut off while it runs: the query cancelled, or its whole connection ended. */
async function cutOff(scope: OrgScope, how: 'pg_cancel_backend' | 'pg_terminate_backend'): Promise<void> {
  const { rows } = await scope.tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
  const asleep = scope.tx.execute(sql`select pg_sleep(20)`)
  const isOver = asleep.then(
    () => true,
    () => true,
  )
  // Asked again until it has begun: a cancel that comes too early cancels nothing.
  while (!(await Promise.race([isOver, cutOnce(how, rows[0]?.pid ?? 0)]))) await Promise.resolve()
  await asleep
}

async function cutOnce(how: string, pid: number): Promise<false> {
  await knife.query(`select ${how}($1)`, [pid])
  return false
}

/** One request of the org, by one of the ways requests go and go wrong. @returns what it should not have seen. */
async function request(orgId: string, roll: number, kind: number): Promise<string[]> {
  const strangers = (seen: readonly string[]) => seen.filter((org) => org !== orgId)
  if (kind < 110) return strangers(await database.inOrg(orgId, actor, seenIn))
  if (kind < 130) {
    const [rows = []] = await database.inOneTrip([
      { orgId, text: 'select distinct org_id::text as org from members' },
    ])
    return strangers(rows.map(({ org }) => String(org)))
  }
  if (kind < 150) return database.inSystem(seenIn) // bound to no org: sees none
  const failing = async (scope: OrgScope): Promise<never> => {
    const seen = strangers(await seenIn(scope))
    if (seen.length > 0) throw new Error(`bled ${seen.join()}`)
    if (kind < 170) throw new Deliberate()
    if (kind < 196) await scope.tx.execute(sql`select 1 / (${roll} - ${roll})`)
    await cutOff(scope, kind < 199 ? 'pg_cancel_backend' : 'pg_terminate_backend')
    throw new Deliberate()
  }
  return database.inOrg(orgId, actor, failing).catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith('bled')) return [error.message]
    return []
  })
}

/** Over HTTP, a tenth of them hung up on. */
async function httpRequest(world: World, kind: number): Promise<string[]> {
  const aborter = new AbortController()
  const path = kind < 40 ? '/forms/00000000-0000-7000-8000-000000000000' : getMe.path
  const reply = fetch(`${origin}/api${path}`, {
    headers: { authorization: `Bearer ${world.member.token}` },
    signal: aborter.signal,
  })
  if (kind >= 180) setTimeout(() => aborter.abort(), kind % 5)
  const text = await reply.then((answer) => answer.text()).catch(() => '')
  return worlds.filter(({ orgId }) => orgId !== world.orgId && text.includes(orgId)).map(({ orgId }) => orgId)
}

it('S-05: 10 000 interleaved requests on two connections, with errors, cancels and cut lines: no org bleeds into another', async () => {
  const seed = Number(process.env['SEED'] ?? 20_261_128)
  const roll = dice(seed)
  const bled: string[] = []
  let done = 0
  let failed = 0
  let left = databaseRequests + httpRequests

  async function worker(): Promise<void> {
    while (left > 0) {
      left -= 1
      const isHttp = left < httpRequests
      const world = worlds[roll(worlds.length)]
      if (!world) throw new Error('no world')
      const kind = roll(200)
      const work = isHttp ? httpRequest(world, kind) : request(world.orgId, roll(1_000), kind)
      // A line that was cut under somebody fails his request, and must do no more.
      bled.push(...(await work.catch(() => ((failed += 1), []))))
      done += 1
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, () => worker()))

  // What is left on the connections afterwards: nothing.
  for (let i = 0; i < 10; i += 1) bled.push(...(await database.inSystem(seenIn)))
  figure({
    id: 'S-05',
    n: done,
    value: bled.length,
    unit: 'cross-bleeds',
    target: '=0',
    seed,
    ok: bled.length === 0,
  })
  expect(bled).toEqual([])
  expect(done).toBe(databaseRequests + httpRequests)
  expect(failed).toBeLessThan(done / 20)
}, 120_000)
