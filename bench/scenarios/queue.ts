import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { runMigrations } from 'bullmq'
import { pino } from 'pino'
import { openQueues, queueSchema, type Queues } from '@kangbao/server/src/jobs/queues.ts'
import { freePort, stopChild, type Bench } from '../bench.ts'
import type { Outcome, Scenario } from '../scenario.ts'

const redisServer = [
  '/usr/bin/redis-server',
  '/usr/local/bin/redis-server',
  '/opt/homebrew/bin/redis-server',
].find((path) => existsSync(path))

/** The queue behind our door on both back ends: adding one by one, in bulk, and working it off. */
export const queue: Scenario = {
  name: 'queue',
  ids: ['queue-postgres', 'queue-redis'],
  async run(bench) {
    const outcomes = [await measure('queue-postgres', await onPostgres(bench), bench)]
    if (redisServer) outcomes.push(await onRedis(bench, redisServer))
    return outcomes
  },
}

const log = pino({ level: 'silent' })

async function onPostgres(bench: Bench): Promise<Queues> {
  const url = await bench.postgres.createDatabase('queue')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await runMigrations(client, queueSchema)
  await client.end()
  return openQueues({ DATABASE_URL: url }, log)
}

async function onRedis(bench: Bench, path: string): Promise<Outcome> {
  const port = await freePort()
  const folder = join(bench.folder, 'redis')
  mkdirSync(folder, { recursive: true })
  const options = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    'yes',
    '--maxmemory-policy',
    'noeviction',
  ]
  const child = spawn(path, options, { stdio: 'ignore' })
  await new Promise((done) => setTimeout(done, 500))
  try {
    return await measure(
      'queue-redis',
      openQueues({ DATABASE_URL: '', REDIS_URL: `redis://127.0.0.1:${port}` }, log),
      bench,
    )
  } finally {
    await stopChild(child)
  }
}

async function measure(id: string, queues: Queues, bench: Bench): Promise<Outcome> {
  const size = bench.profile === 'full' ? 5000 : 2000
  const job = (i: number, kind: string) => ({ id: `${kind}-${i}`, name: 'bench', data: { i } })
  const oneByOne = await rate(size / 4, async () => {
    for (let i = 0; i < size / 4; i += 1) await queues.add('default', [job(i, 'one')])
  })
  const inBulk = await rate(size, async () => {
    for (let from = 0; from < size; from += 500) {
      await queues.add(
        'default',
        Array.from({ length: 500 }, (_, i) => job(from + i, 'bulk')),
      )
    }
  })
  const total = size / 4 + size
  const seen = new Set<string>()
  let runs = 0
  const processed = await rate(total, async () => {
    await new Promise<void>((done) => {
      queues.work('default', async ({ id: jobId }) => {
        runs += 1
        seen.add(jobId)
        if (seen.size === total) done()
      })
    })
  })
  await queues.close()
  return {
    id,
    ratios: [],
    absolute: { add_per_s: oneByOne, add_bulk_500_per_s: inBulk, process_8_per_s: processed },
    checks: { 'every job ran once': runs === total },
  }
}

async function rate(count: number, work: () => Promise<void>): Promise<number> {
  const from = performance.now()
  await work()
  return Math.round(count / ((performance.now() - from) / 1000))
}
