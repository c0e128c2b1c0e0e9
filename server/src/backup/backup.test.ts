import { randomBytes } from 'node:crypto'
import {
  appendFile,
  cp,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileSubmission, getFilling } from '@kangbao/shared/contracts/submissions.ts'
import { figure } from '@kangbao/launcher/figure.ts'
import { createTestDatabase, type TestDatabase } from '@kangbao/launcher/test-database.ts'
import { healthyAnswers } from '../../test/answers.ts'
import { startTestServer, type TestServer } from '../../test/server.ts'
import { newWorld, type Person, type World } from '../../test/world.ts'
import { newContentKey, sealStream } from '../features/files/index.ts'
import { leafTables } from './catalogue.ts'
import { runBackup, runRestore } from './commands.ts'
import { faultCodes } from './faults.ts'
import { nameOf, outdated } from './rotation.ts'

const day = '2026-03-02'
const backupKey = 'a-passphrase-for-backups'
let server: TestServer
let world: World
let formId: string
let folder: string
let quiet: string
const opened: TestDatabase[] = []

beforeAll(async () => {
  server = await startTestServer({ config: { RATE_LIMIT_SCALE: 100 } })
  folder = await mkdtemp(join(tmpdir(), 'kangbao-backup-'))
  world = await newWorld(server, { members: 120 })
  formId = (await world.publish('zhengzhou/daily')).id
  // A month whose partition no start makes any more.
  await reading(server.ownerUrl, (client) => client.query(`select create_period_partitions('2026-03-01', 1)`))
})
afterAll(async () => {
  await server.close()
  for (const database of opened) await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const sourceEnv = () => ({
  BACKUP_DATABASE_URL: server.backupUrl,
  DATA_DIR: server.deps.config.DATA_DIR,
  MASTER_KEYS: server.deps.config.MASTER_KEYS ?? '',
  BACKUP_KEY: backupKey,
})

const file = (person: Person) =>
  person.inject(fileSubmission, {
    params: { formId, period: day },
    body: { answers: healthyAnswers(day) },
  })

/** An empty database and an empty folder to restore into. */
async function emptyPlace() {
  const database = await createTestDatabase()
  opened.push(database)
  const dataDir = await mkdtemp(join(folder, 'data-'))
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    MIGRATIONS_DIR: server.deps.config.MIGRATIONS_DIR,
    MASTER_KEYS: server.deps.config.MASTER_KEYS ?? '',
    BACKUP_KEY: backupKey,
  }
  return { database, dataDir, env }
}

async function reading<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Every table's rows as a count and a sum that do not depend on their order. */
const checksums = (url: string) =>
  reading(url, async (client) => {
    const sums: Record<string, string> = {}
    for (const { name } of await leafTables(client)) {
      const { rows } = await client.query<{ text: string }>(
        `select count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) as text from ${name} t`,
      )
      sums[name] = rows[0]?.text ?? ''
    }
    return sums
  })

/** Uploads are tested elsewhere; here a row and its bytes are enough. */
async function storeFile(bytes: Buffer): Promise<string> {
  const fileId = crypto.randomUUID()
  const key = newContentKey()
  const place = { orgId: world.orgId, fileId, part: 'content' } as const
  const once = async function* () {
    yield bytes
  }
  await server.deps.files.write(place, sealStream(key, 'content', once()))
  await server.deps.database.inOrg(world.orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    const { sql } = await import('drizzle-orm')
    await tx.execute(sql`
      insert into files (org_id, id, member_id, purpose, state, content_key, size_bytes, content_bytes, created_at)
      values (${world.orgId}, ${fileId}, ${world.member.memberId}, 'photo', 'ready', ${key}, ${bytes.length},
        ${bytes.length}, now())`)
  })
  return fileId
}

/** The newest backup of a shelf. */
async function made(shelf: string): Promise<string> {
  const name = (await readdir(shelf)).sort().at(-1)
  if (!name) throw new Error('no backup was made')
  return join(shelf, name)
}

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

describe('R-51: a backup made while people file', () => {
  it('holds every row acknowledged before it began, and restores as one moment', async () => {
    const [before, during] = [world.members.slice(0, 60), world.members.slice(60)]
    for (const person of before) expect((await file(person)).status).toBe(200)
    const shelf = join(folder, 'under-load')
    const load = (async () => {
      for (const person of during) await file(person)
    })()
    expect(await runBackup(['--to', shelf], sourceEnv())).toBe(0)
    await load
    const place = await emptyPlace()
    expect(await runRestore(['--from', shelf], place.env)).toBe(0)

    const found = await reading(place.database.backupUrl, (client) =>
      client.query<{ member_id: string }>('select member_id from submissions where form_id = $1', [formId]),
    )
    const restored = new Set(found.rows.map(({ member_id }) => member_id))
    const missing = before.filter(({ memberId }) => !restored.has(memberId)).length
    const counted = await reading(place.database.backupUrl, (client) =>
      client.query<{ n: number }>(
        'select sum(collected)::int as n from completeness_counters where form_id = $1 and department_id = 0',
        [formId],
      ),
    )
    figure({
      id: 'R-51',
      n: before.length,
      value: missing,
      unit: 'acknowledged rows missing',
      target: '=0',
      ok: missing === 0,
    })
    expect(missing).toBe(0)
    expect(counted.rows[0]?.n).toBe(restored.size)
  })
})

describe('R-51, R-54: a backup at rest', () => {
  it('restores every table, every guard and every file', async () => {
    const fileIds = [await storeFile(randomBytes(100_000)), await storeFile(Buffer.from('small'))]
    // Bytes without a row, as an upload leaves them that began after the snapshot.
    const stray = { orgId: world.orgId, fileId: crypto.randomUUID(), part: 'content' } as const
    await server.deps.files.write(
      stray,
      (async function* () {
        yield Buffer.from('stray')
      })(),
    )
    quiet = join(folder, 'quiet')
    expect(await runBackup(['--to', quiet], sourceEnv())).toBe(0)
    const place = await emptyPlace()
    expect(await runRestore(['--from', quiet], place.env)).toBe(0)

    const [source, target] = [await checksums(server.backupUrl), await checksums(place.database.backupUrl)]
    const different = Object.keys(source).filter((name) => source[name] !== target[name])
    figure({
      id: 'R-51',
      n: Object.keys(source).length,
      value: different.length,
      unit: 'tables that differ',
      target: '=0',
      ok: different.length === 0,
    })
    expect(different).toEqual([])

    const lying = (await filesBelow(join(place.dataDir, 'files'))).map((path) => path.split('/').at(-1))
    const wrong =
      fileIds.filter((id) => !lying.includes(`${id}.content`)).length + (lying.length - fileIds.length)
    figure({
      id: 'R-54',
      n: fileIds.length,
      value: wrong,
      unit: 'dangling or orphan files',
      target: '=0',
      ok: wrong === 0,
    })
    expect(wrong).toBe(0)
    expect(await guards(place.database.backupUrl)).toEqual(await guards(server.backupUrl))
  })

  it('opens for its people: what was sealed can be read, sequences go on', async () => {
    const place = await emptyPlace()
    expect(await runRestore(['--from', quiet], place.env)).toBe(0)
    const again = await startTestServer({
      config: {
        DATABASE_URL: place.database.url,
        DATA_DIR: place.dataDir,
        MASTER_KEYS: server.deps.config.MASTER_KEYS ?? '',
        JWT_SECRET: server.deps.config.JWT_SECRET,
      },
    })
    const headers = { authorization: `Bearer ${world.member.token}` }
    const reply = await again.app.inject({ url: `/api/forms/${formId}/filling`, headers })
    await again.close()
    const own = await world.member.inject(getFilling, { params: { formId } })
    expect(own.body.mine?.answers['temperature']).toBe(36.5)
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toEqual(own.body)
  })
})

/** What protects each table: row security and triggers. */
const guards = (url: string) =>
  reading(url, async (client) => {
    const { rows } = await client.query<{ text: string }>(`
      select concat(relname, relrowsecurity, relforcerowsecurity) as text from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      union all
      select concat(tgrelid::regclass, tgname, tgenabled) from pg_trigger t join pg_class c on c.oid = tgrelid
      where c.relnamespace = 'public'::regnamespace and not tgisinternal
      order by 1`)
    return rows.map(({ text }) => text)
  })

describe('R-51: what is refused', () => {
  const cases: readonly {
    readonly name: keyof typeof faultCodes
    readonly spoil?: (backup: string) => Promise<void>
    readonly env?: Record<string, string | undefined>
  }[] = [
    { name: 'aborted', spoil: (backup) => unlink(join(backup, 'complete')) },
    { name: 'truncated', spoil: async (backup) => truncate(await largest(backup), 100) },
    { name: 'truncated', spoil: async (backup) => unlink(await largest(backup)) },
    { name: 'damaged', spoil: async (backup) => flipBit(await largest(backup)) },
    { name: 'damaged', spoil: (backup) => flipBit(join(backup, 'manifest.sealed')) },
    { name: 'damaged', spoil: (backup) => flipBit(join(backup, 'SHA256SUMS')) },
    // Every sum in it is right: whoever changes parts can write a list that fits them, but not seal it.
    {
      name: 'damaged',
      spoil: (backup) => appendFile(join(backup, 'SHA256SUMS'), `${'0'.repeat(64)}  one-more\n`),
    },
    { name: 'wrong-key', env: { BACKUP_KEY: 'another-passphrase' } },
    {
      name: 'newer',
      spoil: async (backup) => {
        const path = join(backup, 'backup.json')
        await writeFile(path, (await readFile(path, 'utf8')).replace('"format": 1', '"format": 2'))
      },
    },
  ]

  let place: Awaited<ReturnType<typeof emptyPlace>>
  beforeAll(async () => {
    place = await emptyPlace()
  })

  it.each(cases)('$name', async ({ name, spoil, env }) => {
    const copy = await mkdtemp(join(folder, 'spoilt-'))
    await cp(await made(quiet), copy, { recursive: true })
    await spoil?.(copy)
    const code = await runRestore(['--from', copy], { ...place.env, ...env })
    refusals.push(code === faultCodes[name])
    expect(code).toBe(faultCodes[name])
    expect(await tableCount(place.database.backupUrl)).toBe(0)
    expect(await readdir(place.dataDir)).toEqual([])
  })

  const refusals: boolean[] = []
  afterAll(() => {
    const value = refusals.filter((isRefused) => !isRefused).length
    figure({
      id: 'R-51',
      n: refusals.length,
      value,
      unit: 'damaged backups taken',
      target: '=0',
      ok: value === 0,
    })
  })

  it('a database that holds something, unless told to replace it', async () => {
    expect(await runRestore(['--from', quiet], place.env)).toBe(0)
    expect(await runRestore(['--from', quiet], place.env)).toBe(faultCodes['not-empty'])
    expect(await runRestore(['--from', quiet, '--replace'], place.env)).toBe(0)
    expect(await checksums(place.database.backupUrl)).toEqual(await checksums(server.backupUrl))
  })

  it('a role that does not see every row makes no backup', async () => {
    const shelf = join(folder, 'blind')
    const env = { ...sourceEnv(), BACKUP_DATABASE_URL: server.deps.config.DATABASE_URL }
    expect(await runBackup(['--to', shelf], env)).toBe(faultCodes['reads-too-little'])
    expect(await readdir(shelf)).toEqual([])
  })
})

const tableCount = (url: string) => reading(url, async (client) => (await leafTables(client)).length)

async function largest(backup: string): Promise<string> {
  const paths = await filesBelow(join(backup, 'kangbao'))
  const sizes = await Promise.all(paths.map(async (path) => ({ path, size: (await stat(path)).size })))
  return sizes.sort((a, b) => b.size - a.size)[0]?.path ?? ''
}

async function flipBit(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  const at = Math.floor((await handle.stat()).size / 2)
  const byte = Buffer.alloc(1)
  await handle.read(byte, 0, 1, at)
  byte.writeUInt8(byte.readUInt8() ^ 1)
  await handle.write(byte, 0, 1, at)
  await handle.close()
}

it('R-55: without the master key, with another one, with the right one', async () => {
  const { env } = await emptyPlace()
  const withKey = (key: string | undefined) =>
    runRestore(['--from', quiet, '--check'], { ...env, MASTER_KEYS: key })
  const outcomes = [
    await withKey(undefined),
    await withKey(`t1:${randomBytes(32).toString('base64')}`),
    await withKey(env.MASTER_KEYS),
  ]
  const expected = [faultCodes['no-ring'], faultCodes['missing-key'], 0]
  const wrong = outcomes.filter((code, i) => code !== expected[i]).length
  figure({
    id: 'R-55',
    n: expected.length,
    value: wrong,
    unit: 'wrong answers about keys',
    target: '=0',
    ok: wrong === 0,
  })
  expect(outcomes).toEqual(expected)
})

it('nothing readable stands in a backup, and no key', async () => {
  const masterKey = sourceEnv().MASTER_KEYS.slice('t1:'.length)
  const needles = [masterKey, backupKey, '员工1', '测试企业', world.corpId].map((text) => Buffer.from(text))
  needles.push(Buffer.from(masterKey, 'base64'))
  const found: string[] = []
  for (const path of await filesBelow(quiet)) {
    const bytes = await readFile(path)
    if (needles.some((needle) => bytes.includes(needle))) found.push(path)
  }
  expect(found).toEqual([])
})

it('S-41: old backups go, the newest stays, foreign names are left alone', () => {
  const now = Date.parse('2026-11-28T03:00:00Z')
  const daysAgo = (days: number) => nameOf(now - days * 86_400_000)
  const shelf = [
    daysAgo(0),
    daysAgo(1),
    daysAgo(34),
    daysAgo(36),
    `${daysAgo(2)}.partial`,
    'photos',
    'kangbao-old',
  ]
  expect(outdated(shelf, { keep: undefined, nowMs: now })).toEqual([daysAgo(36), `${daysAgo(2)}.partial`])
  expect(outdated(shelf, { keep: 2, nowMs: now })).toEqual([
    daysAgo(34),
    daysAgo(36),
    `${daysAgo(2)}.partial`,
  ])
  expect(outdated([daysAgo(90)], { keep: 1, nowMs: now })).toEqual([])
})
