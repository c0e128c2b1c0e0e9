import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { repoRoot, type Ports, type ProcessName } from './layout.ts'
import { masterKeysFile } from './master-keys.ts'
import type { Secrets } from './secrets.ts'
import type { StackOptions } from './stack.ts'

interface Given extends Pick<StackOptions, 'env' | 'hasClockControl'> {
  readonly ports: Ports
  readonly secrets: Secrets
  readonly databaseUrls: Readonly<Record<'kangbao' | 'workplace' | 'sandbox', string>>
  /** The server's own database by the role it runs as. */
  readonly appUrl: string
  readonly suitesFile: string
  readonly dataDir: string
  readonly lan: string | undefined
}

type Environment = Readonly<Record<string, string>>

/** Of the caller's environment only what a program needs to run; nothing else may change what it does. */
const inherited = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'NODE_OPTIONS',
  'NODE_EXTRA_CA_CERTS',
  'LOG_LEVEL',
  'REDIS_URL',
] as const

/** What a program of ours gets of the caller's environment. */
export const inheritedEnvironment = (): Environment =>
  Object.fromEntries(
    inherited.flatMap((name) => {
      const value = process.env[name]
      return value ? [[name, value]] : []
    }),
  )

export function environments(given: Given): Readonly<Record<ProcessName, Environment>> {
  const { ports, secrets, databaseUrls, suitesFile, dataDir, lan, env = {} } = given
  const sandbox = `http://127.0.0.1:${ports.sandbox}`
  const workplaceUrl = `http://localhost:${ports.workplace}`
  const workplaceInside = `http://127.0.0.1:${ports.workplace}`
  const openHost = lan ? '0.0.0.0' : '127.0.0.1'
  const origins = [workplaceUrl, workplaceInside, ...(lan ? [`http://${lan}:${ports.workplace}`] : [])]
  const workplaceData = join(dataDir, 'workplace')
  const serverData = join(dataDir, 'server')
  for (const folder of [workplaceData, serverData]) mkdirSync(folder, { recursive: true, mode: 0o700 })

  const common = {
    ...inheritedEnvironment(),
    ...(given.hasClockControl ? { CLOCK_CONTROL: '1' } : {}),
    SMS_SECRET: secrets.smsSecret,
    SMS_URL: `${sandbox}/sms`,
    ...env.all,
  }
  return {
    sandbox: {
      ...common,
      HOST: '127.0.0.1',
      PORT: String(ports.sandbox),
      SMTP_PORT: String(ports.smtp),
      PUBLIC_URL: `http://localhost:${ports.sandbox}`,
      DATABASE_URL: databaseUrls.sandbox,
      GOVERNMENT_KEY_ID: 'kangbao',
      GOVERNMENT_SECRET: secrets.governmentSecret,
      ...env.sandbox,
    },
    workplace: {
      ...common,
      HOST: openHost,
      PORT: String(ports.workplace),
      PUBLIC_URL: workplaceUrl,
      DATABASE_URL: databaseUrls.workplace,
      DATA_DIR: workplaceData,
      SUITES_JSON: suitesFile,
      SESSION_SECRET: secrets.sessionSecret,
      OPERATOR_TOKEN: secrets.operatorToken,
      // Nobody sits at an operator's desk in the embedded mode.
      WORKPLACE_AUTO_CERTIFY: '1',
      ...env.workplace,
    },
    server: {
      ...common,
      HOST: openHost,
      PORT: String(ports.server),
      PUBLIC_URL: `http://localhost:${ports.server}`,
      DATABASE_URL: given.appUrl,
      MIGRATION_DATABASE_URL: databaseUrls.kangbao,
      DATA_DIR: serverData,
      MIGRATIONS_DIR: join(repoRoot, 'migrations'),
      STATIC_DIR: repoRoot,
      SUITES_JSON: suitesFile,
      WORKPLACE_OAPI_URL: `${workplaceInside}/oapi`,
      WORKPLACE_API_URL: `${workplaceInside}/openapi`,
      WORKPLACE_ORIGINS: origins.join(','),
      WORKPLACE_SHIM_URL: `${workplaceUrl}/shim.js`,
      GOVERNMENT_URL: sandbox,
      GOVERNMENT_KEY_ID: 'kangbao',
      GOVERNMENT_SECRET: secrets.governmentSecret,
      SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
      WEBHOOKS_INSIDE: '1',
      MASTER_KEYS_FILE: masterKeysFile(dataDir),
      JWT_SECRET: secrets.jwtSecret,
      SETUP_TOKEN: secrets.setupToken,
      ROLE: 'all',
      ...env.server,
    },
  }
}
