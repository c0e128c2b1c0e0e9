import { randomBytes } from 'node:crypto'
import { pino } from 'pino'
import { buildApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { makeDeps } from '../deps.ts'

/**
 * The OpenAPI document of a server that reaches nothing: what is described does not depend on where it runs.
 * Connections are only opened when used, and nothing here uses one.
 */
export async function openApiDocument(): Promise<string> {
  const config = loadConfig({
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    MASTER_KEYS: `t1:${randomBytes(32).toString('base64')}`,
    JWT_SECRET: randomBytes(32).toString('hex'),
    SUITES_JSON: 'none',
    GOVERNMENT_URL: 'http://127.0.0.1:1',
    GOVERNMENT_KEY_ID: 'none',
    GOVERNMENT_SECRET: randomBytes(16).toString('hex'),
    SMS_URL: 'http://127.0.0.1:1',
    SMS_SECRET: randomBytes(16).toString('hex'),
  })
  const deps = makeDeps(config, { suites: [], log: pino({ level: 'silent' }) })
  const app = await buildApp(deps)
  try {
    await app.ready()
    return `${JSON.stringify(app.swagger(), null, 2)}\n`
  } finally {
    await app.close()
    await deps.queues.close()
    await deps.live.close()
    await deps.database.close()
  }
}
