import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import { buildApp } from './app.ts'
import { systemClock } from './clock.ts'
import { loadConfig } from './config.ts'
import { migrate, openDatabase } from './database.ts'
import { createLive } from './live.ts'
import { openInbox } from './mail/inbox.ts'

const config = loadConfig()
const log = pino({ level: config.logLevel, base: { process: 'sandbox' } })
await migrate(config.databaseUrl)
const database = openDatabase(config.databaseUrl)
const deps = { config, database, clock: systemClock(), live: createLive() }
const app = await buildApp(deps, log)
const inbox = await openInbox(deps, config.host, config.smtpPort)
await app.listen({ host: config.host, port: config.port })
log.info({ port: config.port, smtpPort: inbox.port }, 'sandbox is ready')

closeWithGrace({ delay: 10_000 }, async ({ err }) => {
  if (err) log.error({ err }, 'stopping after an error')
  await app.close()
  await inbox.close()
  await database.end()
})
