import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { appRoleOf, migrate } from './db/migrate.ts'
import { makeDeps } from './deps.ts'
import { features } from './features/index.ts'
import { keyRing } from './keys/key-ring.ts'
import { requireKeys } from './keys/needed-keys.ts'
import { startRunner, type Runner } from './jobs/runner.ts'
import { whenThere } from './start.ts'

const longestStopMs = 15_000

const config = loadConfig()
const { DATABASE_URL, MIGRATION_DATABASE_URL } = config
const deps = makeDeps(config)
const app = await buildApp(deps)
app.lifecycle.phase = 'starting'
let runner: Runner | null = null

// Go on serving until balancers have noticed; then stop accepting, let jobs end, let go of the queue, the listeners and
// the database.
closeWithGrace({ delay: longestStopMs + config.DRAIN_MS }, async ({ err }) => {
  if (err) deps.log.error({ err }, 'closing after a failure')
  app.lifecycle.phase = 'stopping'
  if (!err) await new Promise((done) => setTimeout(done, config.DRAIN_MS))
  await app.close()
  await (runner ? runner.close() : deps.queues.close())
  await deps.live.close()
  await deps.database.close()
})

// A crowd knocks all at once: who finds the queue of new connections full tries again after seconds, then a minute.
await app.listen({ port: config.PORT, host: config.HOST, backlog: 4_096 })
await whenThere(
  async () => {
    await migrate(
      MIGRATION_DATABASE_URL ?? DATABASE_URL,
      config.MIGRATIONS_DIR,
      appRoleOf(DATABASE_URL, MIGRATION_DATABASE_URL),
    )
    await requireKeys(deps.database.pool, keyRing(config))
    await deps.guard.start()
  },
  { log: deps.log, closing: app.closing },
)
if (!app.closing.aborted) {
  if (config.ROLE !== 'api')
    runner = startRunner(
      deps,
      features.flatMap((feature) => feature.jobs ?? []),
      features.flatMap((feature) => feature.ticks ?? []),
    )
  app.lifecycle.phase = 'serving'
  deps.log.info({ port: config.PORT, role: config.ROLE, queue: deps.queues.backend }, 'ready')
}
