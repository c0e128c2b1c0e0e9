import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import {
  idempotencyHeader,
  replayedHeader,
  type Contract,
  type InputOf,
} from '@kangbao/shared/contracts/contract.ts'
import { sendReport } from '@kangbao/shared/contracts/reports.ts'
import { setHold } from '@kangbao/shared/contracts/retention.ts'
import { correctSubmission, fileSubmission } from '@kangbao/shared/contracts/submissions.ts'
import { healthyAnswers } from '../../test/answers.ts'
import { callApi } from '../../test/call.ts'
import { rowsOf } from '../../test/isolation/state.ts'
import { startTestServer, testNow, type TestServer } from '../../test/server.ts'
import { until } from '../../test/until.ts'
import { newWorld, type Person, type World } from '../../test/world.ts'
import { abandonedAfterMs, keptForMs } from '../db/repeats.repo.ts'
import { sweep } from '../features/retention/retention.jobs.ts'
import { jobContext } from '../jobs/define-job.ts'

const day = '2026-03-02'
const atOnce = 100
const minuteMs = 60_000
let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 10_000 } })
})
afterAll(() => server.close())

const send = <C extends Contract>(person: Person, key: string, contract: C, input: InputOf<C>) =>
  callApi(server.app, contract, input, { token: person.token, headers: { [idempotencyHeader]: key } })
const hold = (person: Person, key: string, reason = '上级部门要求保存') =>
  send(person, key, setHold, { body: { formId: null, reason } })
const inOrg = <T>(world: World, query: ReturnType<typeof sql>) =>
  server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { rows } = await tx.execute<Record<string, T>>(query)
    return rows
  })
const holds = async (world: World) => (await inOrg(world, sql`select id from legal_holds`)).length

/** Work on legal holds stands still until it is let go on. */
async function standStill(): Promise<() => Promise<void>> {
  const owner = new pg.Client({ connectionString: server.ownerUrl })
  await owner.connect()
  await owner.query('begin; lock table legal_holds in access exclusive mode')
  return () => owner.query('commit').then(() => owner.end())
}

it('R-07: the same act a hundred times at once is done once and answered alike', async () => {
  const world = await newWorld(server)
  const key = randomUUID()
  const replies = await Promise.all(Array.from({ length: atOnce }, () => hold(world.admin, key)))
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
  const different = new Set(replies.map(({ body }) => JSON.stringify(body))).size - 1
  expect(different).toBe(0)
  expect(replies.filter(({ headers }) => headers[replayedHeader] === 'true')).toHaveLength(atOnce - 1)
  const extra = (await holds(world)) - 1
  figure({ id: 'R-07', n: atOnce, value: extra, unit: 'acts done twice', target: '=0', ok: extra === 0 })
  figure({
    id: 'R-07',
    n: atOnce,
    value: different,
    unit: 'answers that differ',
    target: '=0',
    ok: different === 0,
  })
  expect(extra).toBe(0)
})

it('R-07: the same key for another act is refused, and what was done stays as it is', async () => {
  const world = await newWorld(server)
  const key = randomUUID()
  const first = await hold(world.admin, key)
  const other = await hold(world.admin, key, '另一个理由')
  expect([other.status, other.code]).toEqual([422, 'idempotency-key.reused'])
  const elsewhere = await send(world.admin, key, sendReport, { params: { kind: 'health' } })
  expect(elsewhere.code).toBe('idempotency-key.reused')
  expect(await holds(world)).toBe(1)
  expect((await hold(world.admin, key)).body).toEqual(first.body)
})

it('R-07: one that is being done is told so, and answered when it is', async () => {
  const world = await newWorld(server)
  const key = randomUUID()
  const goOn = await standStill()
  const first = hold(world.admin, key)
  await until(
    () => inOrg(world, sql`select 1 from repeats`),
    (rows) => rows.length === 1,
  )
  const second = await hold(world.admin, key)
  await goOn()
  expect([second.status, second.code, second.headers['retry-after']]).toEqual([
    409,
    'idempotency-key.busy',
    '2',
  ])
  expect((await first).status).toBe(200)
  expect((await hold(world.admin, key)).body).toEqual((await first).body)
  expect(await holds(world)).toBe(1)
})

it('R-07: a change whose act was taken over by another is rolled back', async () => {
  const world = await newWorld(server)
  const goOn = await standStill()
  const first = hold(world.admin, randomUUID())
  await until(
    () => inOrg(world, sql`update repeats set claim_id = gen_random_uuid() returning 1`),
    (rows) => rows.length === 1,
  )
  await goOn()
  expect((await first).code).toBe('idempotency-key.busy')
  expect(await holds(world)).toBe(0)
})

it('R-07: after seven days a key is free again, and the nightly sweep lets go of it', async () => {
  const world = await newWorld(server)
  const key = randomUUID()
  await hold(world.admin, key)
  const kept = () => inOrg(world, sql`select 1 from repeats`)
  const sweepNight = () => sweep.run({ orgId: world.orgId }, jobContext(server.deps, 'test', 0))
  server.deps.clock.set(testNow + keptForMs - minuteMs)
  expect((await hold(world.admin, key)).headers[replayedHeader]).toBe('true')
  await sweepNight()
  expect(await kept()).toHaveLength(1)
  server.deps.clock.set(testNow + keptForMs + minuteMs)
  expect((await hold(world.admin, key)).headers[replayedHeader]).toBeUndefined()
  expect(await holds(world)).toBe(2)
  server.deps.clock.set(testNow + 2 * keptForMs + 2 * minuteMs)
  await sweepNight()
  expect(await kept()).toEqual([])
  server.deps.clock.set(testNow)
})

it('R-07: a process that dies before the change leaves it to the next; after it, nothing is done twice', async () => {
  const world = await newWorld(server)
  const [before, after] = [randomUUID(), randomUUID()]
  await hold(world.admin, before)
  await inOrg(world, sql`delete from legal_holds`)
  await inOrg(world, sql`update repeats set done_at = null, answer = null`)
  server.deps.clock.set(testNow + abandonedAfterMs + minuteMs)
  expect((await hold(world.admin, before)).status).toBe(200)
  expect(await holds(world)).toBe(1)

  await hold(world.admin, after)
  await inOrg(world, sql`update repeats set answer = null`)
  server.deps.clock.set(testNow + 2 * abandonedAfterMs + 2 * minuteMs)
  const lost = await hold(world.admin, after)
  expect([lost.status, lost.code]).toEqual([409, 'idempotency-key.answer-lost'])
  expect(await holds(world)).toBe(2)
  server.deps.clock.set(testNow)
})

it('R-07: what was refused has changed nothing and is judged anew', async () => {
  const world = await newWorld(server)
  const key = randomUUID()
  const report = () => send(world.admin, key, sendReport, { params: { kind: 'health' } })
  expect((await report()).code).toBe('report.form-missing')
  await world.publish('zhengzhou/daily')
  const first = await report()
  expect(first.status).toBe(200)
  // Without the key it would be `report.in-progress`.
  expect((await report()).body).toEqual(first.body)
})

it('R-07: a key is its caller’s own, and lies neither readable nor with what was answered', async () => {
  const [world, other] = [await newWorld(server), await newWorld(server)]
  const key = `key-${randomUUID()}`
  const second = world.as(world.member, 'main-admin')
  const replies = [await hold(world.admin, key), await hold(second, key), await hold(other.admin, key)]
  expect(new Set(replies.map(({ body }) => body.id)).size).toBe(3)
  const rows = (await rowsOf(server, world.orgId, ['repeats'])).join('\n')
  expect(rows).toContain(world.admin.memberId)
  expect(rows).not.toContain(key)
  expect(rows).not.toContain(replies[0]?.body.id)
  expect(rows).not.toContain(Buffer.from(replies[0]?.body.id ?? '').toString('hex'))
})

it('R-07: a correction sent again makes one revision; filing takes no key', async () => {
  const world = await newWorld(server)
  const form = await world.publish('zhengzhou/daily')
  const params = { formId: form.id, period: day, memberId: world.member.memberId }
  const filing = { params, body: { answers: healthyAnswers(day) } }
  const key = randomUUID()
  expect((await send(world.member, key, fileSubmission, filing)).body.revision).toBe(1)
  expect((await send(world.member, key, fileSubmission, filing)).headers[replayedHeader]).toBeUndefined()
  const correction = {
    params,
    body: { answers: healthyAnswers(day, { temperature: 37.9 }), reason: '本人来电更正' },
  }
  const corrected = await send(world.admin, key, correctSubmission, correction)
  const again = await send(world.admin, key, correctSubmission, correction)
  expect(again.body).toEqual(corrected.body)
  const [kept] = await inOrg<string[]>(world, sql`select people from repeats`)
  expect(kept?.['people']).toEqual([world.member.memberId])
})

it('R-07: keys that are too short, too long or odd are refused', async () => {
  const world = await newWorld(server)
  for (const key of ['short', 'x'.repeat(129), 'with blanks in it', '"quoted-key"'])
    expect((await hold(world.admin, key)).code).toBe('request.invalid')
  expect(await holds(world)).toBe(0)
})
