import closeWithGrace from 'close-with-grace'
import { buildApp } from './app.ts'
import { loadConfig } from './config.ts'
import { migrate } from './db/migrate.ts'
import { makeDeps } from './deps.ts'
import { features } from './features/index.ts'
import { keyRing } from './keys/key-ring.ts'
import { requireKeys } from './keys/needed-keys.ts'
import { startRunner, type Runner } from './jobs/runner.ts'

const config = loadConfig()
await migrate(config.DATABASE_URL, config.MIGRATIONS_DIR)
const deps = makeDeps(config)
await requireKeys(deps.database.pool, keyRing(config))
const app = await buildApp(deps)
const runner: Runner | null =
  config.ROLE === 'api'
    ? null
    : startRunner(
        deps,
        features.flatMap((feature) => feature.jobs ?? []),
        features.flatMap((feature) => feature.ticks ?? []),
      )

// Stop accepting, let jobs end, then let go of the queue, the listeners and the database.
closeWithGrace({ delay: 15_000 }, async ({ err }) => {
  if (err) deps.log.error({ err }, 'closing after a failure')
  await app.close()
  await (runner ? runner.close() : deps.queues.close())
  await deps.live.close()
  await deps.database.close()
})

await app.listen({ port: config.PORT, host: config.HOST })
deps.log.info({ port: config.PORT, role: config.ROLE, queue: deps.queues.backend }, 'ready')
