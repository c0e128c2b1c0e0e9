import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import 'vitest'
import type { TestProject } from 'vitest/node'
import { startPostgres, usePostgres, type Postgres } from './postgres.ts'
import { isAlive } from './postgres-cluster.ts'
import { prepareTestCluster, testAdminUrlVariable } from './test-database.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    postgresAdminUrl: string
  }
}

const prefix = 'kangbao-test-'

/** One throw-away cluster for the whole run, or the server TEST_DATABASE_URL names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  sweepLeftovers()
  const outside = process.env['TEST_DATABASE_URL']
  const folder = mkdtempSync(join(tmpdir(), prefix))
  writeFileSync(join(folder, 'owner'), String(process.pid))
  const postgres = outside ? usePostgres(outside) : await startThrowAway(folder)
  await prepareTestCluster(postgres.adminUrl)
  process.env[testAdminUrlVariable] = postgres.adminUrl
  project.provide('postgresAdminUrl', postgres.adminUrl)
  return async () => {
    await postgres.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const startThrowAway = (folder: string): Promise<Postgres> =>
  startPostgres({
    dataDir: folder,
    isDurable: false,
    // Each worker brings pools of its own; autovacuum would hold templates open.
    settings: { max_connections: '500', autovacuum: 'off' },
  })

/** Clusters of runs that were killed: their owner is gone, their server may not be. */
function sweepLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const folder = join(tmpdir(), name)
    const owner = join(folder, 'owner')
    if (!name.startsWith(prefix) || !existsSync(owner) || isAlive(Number(readFileSync(owner, 'utf8'))))
      continue
    const pidFile = join(folder, 'cluster', 'postmaster.pid')
    const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0
    if (isAlive(pid)) process.kill(pid, 'SIGQUIT')
    else rmSync(folder, { recursive: true, force: true })
  }
}
