import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { repoRoot } from '@kangbao/launcher/layout.ts'
import { startPostgres, withClient, type Postgres } from '@kangbao/launcher/postgres.ts'
import { runServerCommand } from '@kangbao/launcher/server-command.ts'
import { atMost, zero } from './harness/figures.ts'
import { sized } from './harness/sizes.ts'

const answers = sized(1_000_000, 2_000)
const storedFiles = sized(500, 20)
const restoredWithinMinutes = 5
const org = randomUUID()
const form = randomUUID()

let folder: string
let source: Postgres
let target: Postgres
let sourceUrl: string
const keys = {
  BACKUP_KEY: randomBytes(24).toString('hex'),
  MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
}
const migrations = { MIGRATIONS_DIR: join(repoRoot, 'migrations') }

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kangbao-drill-'))
  source = await startPostgres({ dataDir: join(folder, 'source'), settings: { max_wal_size: '4GB' } })
  sourceUrl = await source.createDatabase('kangbao')
  expect(await runServerCommand('migrate', [], { ...migrations, DATABASE_URL: sourceUrl })).toBe(0)
  await withClient(sourceUrl, fill)
})
afterAll(async () => {
  await source.stop()
  await target.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** As many answers as asked for, in the size sealed ones have, over the days of a month, and some files. */
async function fill(client: pg.Client): Promise<void> {
  await client.query(
    `insert into orgs (id, corp_id, name, created_at) values ('${org}', 'drill', 'drill', now())`,
  )
  await inOrg(client, async () => {
    await client.query(`
      insert into submissions (org_id, form_id, period_start, member_id, id, number, form_version, department_id,
        answers, facets, is_abnormal, filed_by, filed_at, revised_at)
      select '${org}', '${form}', date_trunc('month', now())::date + i % 28, gen_random_uuid(), gen_random_uuid(),
        'drill-' || i, 1, 2, decode(repeat(md5(i::text || random()), 20), 'hex'), array[1, 17, 33], false,
        gen_random_uuid(), now(), now()
      from generate_series(1, ${answers}) as i`)
    for (let i = 0; i < storedFiles; i += 1) await storeFile(client, i)
  })
}

async function inOrg(client: pg.Client, work: () => Promise<unknown>): Promise<void> {
  await client.query(`begin; set local app.org_id = '${org}'`)
  await work()
  await client.query('commit')
}

const filesOf = (name: string): string => join(folder, name, 'files')

async function storeFile(client: pg.Client, i: number): Promise<void> {
  const id = randomUUID()
  const shelf = join(filesOf('source-data'), org, id.slice(-2))
  mkdirSync(shelf, { recursive: true })
  // As long as a sealed file of that length: a head of 8 bytes and a tag of 16.
  writeFileSync(join(shelf, `${id}.content`), randomBytes(8 + 20_000 + i + 16))
  await client.query(
    `insert into files (org_id, id, member_id, purpose, state, content_key, size_bytes, content_bytes, created_at)
     values ($1, $2, gen_random_uuid(), 'photo', 'ready', '\\x00', $3, $3, now())`,
    [org, id, 20_000 + i],
  )
}

/** Files while it is asked to; returns the numbers that were acknowledged, with when. */
async function fileOn(isDone: () => boolean): Promise<{ number: string; at: number }[]> {
  const acknowledged: { number: string; at: number }[] = []
  await withClient(sourceUrl, async (client) => {
    for (let i = 0; !isDone(); i += 1) {
      const number = `load-${i}`
      await inOrg(client, () =>
        client.query(
          `insert into submissions (org_id, form_id, period_start, member_id, id, number, form_version, department_id,
             answers, facets, is_abnormal, filed_by, filed_at, revised_at)
           values ($1, $2, current_date, gen_random_uuid(), gen_random_uuid(), $3, 1, 2, '\\x01', '{}', false,
             gen_random_uuid(), now(), now())`,
          [org, form, number],
        ),
      )
      acknowledged.push({ number, at: performance.now() })
    }
  })
  return acknowledged
}

/** Count and sum of a table's rows that do not depend on their order; by the reader's role, who sees all of them. */
async function checksum(postgres: Postgres, where = 'true'): Promise<string> {
  return withClient(await postgres.createReader('kangbao'), async (client) => {
    const { rows } = await client.query<{ text: string }>(
      `select count(*) || ':' || coalesce(sum(hashtextextended(s::text, 0)::numeric), 0) as text
       from submissions s where ${where}`,
    )
    return rows[0]?.text ?? ''
  })
}

const filesBelow = (root: string): string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.content'))
    .sort()

it(`R-51, R-54: ${answers} answers backed up under load and restored on an empty machine`, async () => {
  const shelf = join(folder, 'shelf')
  let isDone = false
  const load = fileOn(() => isDone)
  await new Promise((done) => setTimeout(done, 1_000)) // so that there are answers from before it began
  const begunAt = performance.now()
  const backedUp = await runServerCommand('backup', ['--to', shelf], {
    ...keys,
    BACKUP_DATABASE_URL: await source.createReader('kangbao'),
    DATA_DIR: join(folder, 'source-data'),
  })
  const backupS = Math.round((performance.now() - begunAt) / 1_000)
  isDone = true
  const acknowledged = await load
  expect(backedUp).toBe(0)

  target = await startPostgres({ dataDir: join(folder, 'target') })
  const restoringAt = performance.now()
  const restored = await runServerCommand('restore', ['--from', shelf], {
    ...keys,
    ...migrations,
    DATABASE_URL: await target.createDatabase('kangbao'),
    DATA_DIR: join(folder, 'target-data'),
  })
  const restoreS = Math.round((performance.now() - restoringAt) / 1_000)
  expect(restored).toBe(0)
  console.log(`backup ${backupS} s, restore ${restoreS} s`)

  const before = acknowledged.filter(({ at }) => at < begunAt).map(({ number }) => number)
  const found = await withClient(await target.createReader('kangbao'), async (client) => {
    const { rows } = await client.query<{ number: string }>(
      'select number from submissions where number = any ($1)',
      [before],
    )
    return rows.length
  })
  zero({ id: 'R-51', n: before.length, value: before.length - found, unit: 'acknowledged-rows-missing' })
  const [there, here] = [
    await checksum(source, `number like 'drill-%'`),
    await checksum(target, `number like 'drill-%'`),
  ]
  zero({ id: 'R-51', n: answers, value: there === here ? 0 : 1, unit: 'tables-that-differ' })
  const minutes = Math.ceil(restoreS / 0.6) / 100
  atMost(restoredWithinMinutes, { id: 'R-51', n: answers, value: minutes, unit: 'minutes-to-restore' })

  const lying = filesBelow(filesOf('target-data'))
  const wanted = filesBelow(filesOf('source-data'))
  const different = wanted.filter((name) => {
    const bytes = (data: string): Buffer => readFileSync(join(filesOf(data), name))
    return !lying.includes(name) || !bytes('source-data').equals(bytes('target-data'))
  })
  zero({
    id: 'R-54',
    n: wanted.length,
    value: different.length + Math.abs(lying.length - wanted.length),
    unit: 'dangling-or-orphan-files',
  })
})
