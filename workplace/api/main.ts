import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import closeWithGrace from 'close-with-grace'
import pino from 'pino'
import { buildApp } from './app.ts'
import { createClock } from './clock.ts'
import { loadConfig } from './config.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { noSwitches } from './deps.ts'
import { failInterrupted } from './imports/running.ts'
import { startRunner } from './pushes/runner.ts'
import { createStreamHub } from './pushes/stream-hub.ts'
import { httpSms } from './sms/http-sms.ts'

const config = loadConfig()
const log = pino({ level: config.logLevel, name: 'workplace' })
// Beside the bundle when built, one folder up when run from source.
const migrations = ['../migrations', '../../migrations']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path))
if (!migrations) throw new Error('the migrations folder is missing')
await migrate(config.databaseUrl, migrations)

const db = openDatabase(config.databaseUrl, log)
const deps = {
  config,
  clock: createClock(),
  db,
  sms: httpSms(config),
  log,
  switches: noSwitches(),
  streams: createStreamHub(),
}
const interrupted = await failInterrupted(db)
if (interrupted > 0) log.warn({ interrupted }, 'imports of the last run were interrupted')
if (config.adminPasswordRule === 'manual')
  log.warn('admin passwords follow the manual: 6 characters are enough (WORKPLACE_ADMIN_PASSWORD_RULE)')
const app = await buildApp(deps)
const runner = await startRunner(deps)
await app.listen({ port: config.port, host: config.host })
log.info({ port: config.port, suites: config.suites.map((suite) => suite.suiteId) }, 'workplace is up')

closeWithGrace({ delay: 10_000 }, async ({ err }) => {
  if (err) log.fatal({ err }, 'workplace ends')
  await app.close()
  await runner.stop()
  await db.close()
})
