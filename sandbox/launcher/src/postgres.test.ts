import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { startPostgres, usePostgres, withClient, type Postgres } from './postgres.ts'
import { freePort, PortBusyError } from './ports.ts'
import { createTestDatabase } from './test-database.ts'

const root = mkdtempSync(join(tmpdir(), 'kangbao-pg-'))
chmodSync(root, 0o711)
const started: Postgres[] = []
let count = 0
const newFolder = (): string => join(root, `c${count++}`)
const start = async (dataDir: string, port?: number, isDurable = false): Promise<Postgres> => {
  const postgres = await startPostgres({ dataDir, isDurable, ...(port ? { port } : {}) })
  started.push(postgres)
  return postgres
}

afterEach(async () => {
  for (const postgres of started.splice(0)) await postgres.stop()
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const query = (url: string, sql: string): Promise<Record<string, unknown>[]> =>
  withClient(url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows)

describe('embedded PostgreSQL', () => {
  it('keeps data over a restart, gives a database an owner without special rights, and hides its password', async () => {
    const folder = newFolder()
    const first = await start(folder)
    const url = await first.createDatabase('kangbao')
    await query(url, 'create table kept (n int); insert into kept values (7)')
    const [rights] = await query(
      url,
      'select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user',
    )
    expect(rights).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false })
    expect(statSync(join(folder, 'password')).mode & 0o777).toBe(0o600)
    await first.stop()

    const second = await start(folder)
    expect(await query(await second.createDatabase('kangbao'), 'select n from kept')).toEqual([{ n: 7 }])
  })

  it('sorts alike on every machine, can sort by pinyin, speaks UTF-8 and listens on loopback only', async () => {
    const { adminUrl } = await start(newFolder())
    expect(await query(adminUrl, `select 'B' < 'a' as bytewise, lower('Ä') as lower`)).toEqual([
      { bytewise: true, lower: 'ä' },
    ])
    const names = await query(
      adminUrl,
      `select n from unnest(array['张三','李四','阿明','王五']) n order by n collate "zh-x-icu"`,
    )
    expect(names.map((row) => row['n'])).toEqual(['阿明', '李四', '王五', '张三'])
    expect(await query(adminUrl, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    expect(
      Number((await query(adminUrl, 'show max_connections'))[0]?.['max_connections']),
    ).toBeGreaterThanOrEqual(200)
  })

  it('adopts the server that outlived its launcher, and moves it when another port is asked for', async () => {
    const folder = newFolder()
    const first = await start(folder)
    const again = await start(folder)
    expect([again.pid, again.port]).toEqual([first.pid, first.port])
    const port = await freePort()
    const moved = await start(folder, port)
    expect(moved.port).toBe(port)
    expect(moved.pid).not.toBe(first.pid)
  })

  it('recovers after a kill -9 of the server and a pid that now belongs to another program', async () => {
    const folder = newFolder()
    const first = await start(folder, undefined, true)
    await query(first.adminUrl, 'create table t (n int)')
    process.kill(first.pid ?? 0, 'SIGKILL')
    await expect
      .poll(() =>
        query(first.adminUrl, 'select').then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('down')
    const pidFile = join(folder, 'cluster', 'postmaster.pid')
    expect(existsSync(pidFile)).toBe(true)
    writeFileSync(pidFile, `${process.ppid}\n${folder}/cluster\n0\n5432\n\n127.0.0.1\n`)
    const second = await start(folder)
    expect(await query(second.adminUrl, 'select count(*)::int as n from t')).toEqual([{ n: 0 }])
  })

  it('names the port when it is busy', async () => {
    const port = await freePort()
    const squatter = createServer().listen(port, '127.0.0.1')
    await expect(start(newFolder(), port)).rejects.toThrow(PortBusyError)
    squatter.close()
  })

  it('reports what the server said when it cannot start', async () => {
    const settings = { shared_buffers: 'nonsense' }
    await expect(startPostgres({ dataDir: newFolder(), isDurable: false, settings })).rejects.toThrow(
      /shared_buffers/,
    )
  })

  it('says so when the data is of another PostgreSQL', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, 'cluster'), { recursive: true })
    writeFileSync(join(folder, 'cluster', 'PG_VERSION'), '9\n')
    await expect(start(folder)).rejects.toThrow(/written by PostgreSQL 9/)
  })

  it.runIf(process.getuid?.() === 0)('runs as root from a folder no other account can enter', async () => {
    const closed = newFolder()
    mkdirSync(closed, { mode: 0o700 })
    const folder = join(closed, 'data')
    const first = await start(folder, undefined, true)
    await query(first.adminUrl, 'create table t (n int)')
    await first.stop()
    const elsewhere = readFileSync(join(folder, 'elsewhere'), 'utf8').trim()
    const second = await start(folder)
    expect(await query(second.adminUrl, 'select count(*)::int as n from t')).toEqual([{ n: 0 }])
    await second.stop()
    expect(existsSync(elsewhere)).toBe(false) // the second start said it may be thrown away
  })

  it('makes databases on a server outside', async () => {
    const { adminUrl } = await start(newFolder())
    const url = await usePostgres(adminUrl).createDatabase('workplace')
    expect(await query(url, 'select current_user, current_database()')).toEqual([
      { current_user: 'workplace_owner', current_database: 'workplace' },
    ])
  })
})

describe('test databases', () => {
  it('migrates a template once, however many ask for it at the same moment', async () => {
    let runs = 0
    const migrate = async (url: string): Promise<void> => {
      runs++
      await query(url, 'create table made (n int)')
    }
    const all = await Promise.all(
      [1, 2, 3, 4].map(() => createTestDatabase({ template: 'launcher-test', migrate })),
    )
    expect(runs).toBe(1)
    expect(new Set(all.map((database) => database.url)).size).toBe(4)
    for (const { url } of all) expect(await query(url, 'select * from made')).toEqual([])
    await Promise.all(all.map((database) => database.drop()))
  })
})
