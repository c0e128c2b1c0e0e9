import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { withClient } from '@kangbao/launcher/postgres.ts'
import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { seeded } from '../demo/city.ts'
import { until } from '../drivers/http.ts'
import { drawFilings, fileAll } from '../support/load.ts'
import { OwnStack } from '../support/own-stack.ts'
import { atMost, zero } from './harness/figures.ts'
import { History } from './harness/history.ts'
import { drawSeed, Nemesis, planBlows } from './harness/nemesis.ts'
import { sized } from './harness/sizes.ts'
import { foundTenants, judgeFilings } from './harness/tenants.ts'

const submissions = sized(20_000, 300)
const postmasterKills = sized(10, 2)
const backendKills = sized(50, 4)
const phones = 50
const normalWithinMs = 5_000
const processes = ['workplace', 'server', 'sandbox'] as const

let own: OwnStack
beforeAll(async () => {
  own = await OwnStack.start()
  await own.putClocks('10:00')
})
afterAll(() => own.stop())

it(`R-05: the postmaster is killed ${postmasterKills} times and single sessions ${backendKills} times under load`, async () => {
  const seed = drawSeed()
  const random = seeded(seed)
  const tenants = await foundTenants(own, 4, phones)
  const pids = processes.map((name) => own.stack.pidOf(name))
  const history = History.open(join(own.stack.dataDir, 'phones.jsonl'))
  const normalMs: number[] = []
  const kills = [
    ...planBlows(submissions, postmasterKills, random, ['postmaster']),
    ...planBlows(submissions, backendKills, random, ['backend']),
  ].sort((a, b) => a.at - b.at)
  const nemesis = new Nemesis(kills, async (what) => {
    if (what === 'backend') return killOneSession(own, random)
    await own.restartDatabase('SIGKILL')
    const from = performance.now()
    await untilReady(own)
    normalMs.push(performance.now() - from)
  })
  const day = civilDayOf(own.now(), 'Asia/Shanghai')
  const { refused } = await fileAll(drawFilings(tenants, submissions, random), day, {
    clients: phones,
    history,
    onAcknowledged: (count) => nemesis.progress(count),
  })
  await nemesis.done()
  history.close()

  // In the gap callers hear nothing but "come back in a moment".
  const rude = refused.filter(
    ({ status, headers }) => status !== 503 || !(Number(headers.get('retry-after') ?? 99) <= 4),
  )
  for (const { status, body } of rude) console.log(`answered ${status} ${JSON.stringify(body)}`)
  zero({
    id: 'R-05',
    n: Math.max(1, refused.length),
    value: rude.length,
    unit: 'other-than-503-with-retry-after',
    seed,
  })
  const ended = processes.filter((name, i) => own.stack.pidOf(name) !== pids[i]).length
  zero({ id: 'R-05', n: kills.length, value: ended, unit: 'process-restarts', seed })
  await judgeFilings(own, tenants, day, { id: 'R-05', history, seed, inFlight: phones * kills.length })
  await expectSoundFiles(own, seed)
  atMost(normalWithinMs, {
    id: 'R-05',
    n: normalMs.length,
    value: Math.round(Math.max(...normalMs)),
    unit: 'ms-to-normal',
    seed,
  })
})

const untilReady = (stack: OwnStack) =>
  until(
    'readiness',
    async () => (await fetch(`${stack.urls.server}/readyz`).catch(() => null))?.status,
    (status) => status === 200,
  )

/** `pg_terminate_backend` on a session of the server, whatever it is at. */
async function killOneSession(stack: OwnStack, random: () => number): Promise<void> {
  await withClient(stack.stack.databaseUrls.kangbao, async (client) => {
    const { rows } = await client.query(
      `select pid from pg_stat_activity where usename = current_user and pid <> pg_backend_pid() order by pid`,
    )
    const pid = rows[Math.floor(random() * rows.length)]?.pid
    if (pid !== undefined) await client.query('select pg_terminate_backend($1)', [pid])
  }).catch(() => undefined) // the database itself is just coming up
}

/** Every table and index read through and every index held against its table, by PostgreSQL's own checker. */
async function expectSoundFiles(stack: OwnStack, seed: number): Promise<void> {
  await withClient(stack.stack.databaseUrls.kangbao, async (client) => {
    const { rows } = await client.query(
      `select format('%I.%I', n.nspname, c.relname) as name, coalesce(c.reltuples, 0) as rows
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname in ('public', 'bull')`,
    )
    let broken = 0
    for (const { name } of rows) await client.query(`select count(*) from ${name}`).catch(() => (broken += 1))
    zero({ id: 'R-05', n: rows.length, value: broken, unit: 'tables-that-cannot-be-read', seed })
    expect(rows.length).toBeGreaterThan(10)
  })
}
