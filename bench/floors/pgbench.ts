import { execFile } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bench } from '../bench.ts'

const run = promisify(execFile)

function findPgbench(): string | null {
  const versions = '/usr/lib/postgresql'
  const packaged = existsSync(versions)
    ? readdirSync(versions).map((version) => join(versions, version, 'bin'))
    : []
  const folders = [...packaged, ...(process.env['PATH'] ?? '').split(':')]
  return folders.map((folder) => join(folder, 'pgbench')).find((path) => existsSync(path)) ?? null
}

export const pgbench = findPgbench()

/** The row of one filing, bare: the same key, the same bytes, one secondary index, synchronous commit. */
export async function preparePgbenchRow(bench: Bench): Promise<void> {
  await bench.pool.query(`
    create table if not exists bench_row (
      org_id uuid, form_id uuid, period_start date, member_id uuid, id uuid, revision int, answers bytea, facets int[],
      is_abnormal boolean, filed_at timestamptz, primary key (org_id, form_id, period_start, member_id));
    create index if not exists bench_row_member on bench_row (org_id, member_id, filed_at desc)`)
}

const row = `insert into bench_row values (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', '2026-03-02',
  gen_random_uuid(), gen_random_uuid(), 1, decode(repeat('5a', 330), 'hex'), '{3001,4001,5001,7001,8001,9001,10001,12002}',
  false, now()) on conflict (org_id, form_id, period_start, member_id) do update set revision = bench_row.revision + 1;`

/** Commits per second of the bare row, by pgbench with prepared statements. */
export async function pgbenchRow(bench: Bench, connections: number, seconds: number): Promise<number> {
  await bench.pool.query('truncate bench_row')
  await bench.settle()
  return pgbenchScript(bench, 'row', row, connections, seconds)
}

/** The protocol's own floor. */
export async function pgbenchSelectOne(bench: Bench, connections: number, seconds: number): Promise<number> {
  return pgbenchScript(bench, 'select-1', 'select 1;', connections, seconds)
}

async function pgbenchScript(bench: Bench, name: string, sql: string, connections: number, seconds: number) {
  if (!pgbench) throw new Error('pgbench is not on this machine (Debian: postgresql-contrib)')
  const file = join(bench.folder, `${name}.sql`)
  writeFileSync(file, sql.replaceAll('\n', ' '))
  const args = [
    '-n',
    '-M',
    'prepared',
    '-c',
    String(connections),
    '-j',
    '1',
    '-T',
    String(seconds),
    '-f',
    file,
    bench.databaseUrl,
  ]
  const { stdout } = await run(pgbench, args, { env: { ...process.env, LD_LIBRARY_PATH: '' } })
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1])
}
