import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, testNow, type TestServer } from '../../test/server.ts'
import { newWorld } from '../../test/world.ts'
import { appendAudit } from '../db/audit.repo.ts'
import { chainAll } from '../features/audit-log/audit-log.jobs.ts'
import { jobContext } from '../jobs/define-job.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server.close())

const command = fileURLToPath(new URL('./audit-verify.ts', import.meta.url))

/** Runs the command as an operator does. */
function verify(env: Record<string, string>, ...args: string[]): Promise<{ code: number; text: string }> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', command, ...args],
      { env: { PATH: process.env['PATH'] ?? '', ...env } },
      (_error, stdout) => done({ code: child.exitCode ?? -1, text: stdout }),
    )
  })
}

it('S-46: the command ends with 0 when all is whole, 1 and the place when it is not, 2 when it cannot tell', async () => {
  const { database, config } = server.deps
  const { orgId } = await newWorld(server)
  await database.inOrg(orgId, { kind: 'system', name: 'test' }, (scope) =>
    appendAudit(scope, { action: 'form.ended', object: 'form:x', at: testNow }),
  )
  await chainAll(jobContext(server.deps, 'test', 0))
  const env = {
    DATABASE_URL: config.DATABASE_URL,
    DATA_DIR: config.DATA_DIR,
    MASTER_KEYS: config.MASTER_KEYS ?? '',
  }
  const whole = await verify(env)
  expect(whole).toMatchObject({ code: 0, text: expect.stringContaining('whole') })
  // Row security holds the owner as well, so he says whose rows he means.
  const owner = new pg.Client({ connectionString: server.ownerUrl })
  await owner.connect()
  await owner.query(`begin; set local app.org_id = '${orgId}'; alter table audit_log disable trigger user;
    update audit_log set actor = 'x'; alter table audit_log enable trigger user; commit`)
  await owner.end()
  const broken = await verify(env, orgId)
  expect(broken.code).toBe(1)
  expect(broken.text).toContain(`${orgId}  row-changed  #1`)
  const away = await verify({ ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' })
  expect(away.code).toBe(2)
}, 60_000)
