import { loadConfig } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { makeDeps } from '../deps.ts'
import { replayErasures } from '../features/erasures/index.ts'

// After a restore and before the server opens: takes away again what was erased since the backup.
const config = loadConfig()
await migrate(config.DATABASE_URL, config.MIGRATIONS_DIR)
const deps = makeDeps(config)
const { lines, failed } = await replayErasures(deps)
await deps.queues.close()
await deps.live.close()
await deps.database.close()
process.stdout.write(`erasures replayed: ${lines}, failed: ${failed}\n`)
process.exitCode = failed === 0 ? 0 : 1
