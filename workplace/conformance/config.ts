import { parseArgs } from 'node:util'

/** Where a run goes and as whom. Secrets come from the environment only: arguments can be read by others. */
export interface RunConfig {
  readonly oapi: string
  readonly api: string
  readonly suiteKey: string
  readonly suiteSecret: string
  readonly corpId: string
  /** Empty when the ticket has to come by a push. */
  readonly suiteTicket: string
  /** Set: this run is the app's callback URL. */
  readonly listen: { readonly port: number; readonly token: string; readonly aesKey: string } | null
  readonly only: string
}

export const usage = `conformance --base URL | --oapi URL --api URL   --corp-id ID   [--listen PORT] [--only TEXT]
  --base     a workplace: its /oapi and /openapi are taken
  --oapi, --api  the two sides by themselves: https://oapi.dingtalk.com, https://api.dingtalk.com
  --corp-id  an organisation that has authorised the app
  --listen   be the app's callback URL, take the suite ticket from it, and look at the pushes
  --only     cases whose name holds this text
environment: SUITE_KEY, SUITE_SECRET; SUITE_TICKET, or with --listen CALLBACK_TOKEN and CALLBACK_AES_KEY`

/** @throws Error naming everything that is missing. */
export function readConfig(args: readonly string[], env: NodeJS.ProcessEnv): RunConfig {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      base: { type: 'string' },
      oapi: { type: 'string' },
      api: { type: 'string' },
      'corp-id': { type: 'string' },
      listen: { type: 'string' },
      only: { type: 'string' },
    },
  })
  const base = values.base?.replace(/\/$/, '')
  const config: RunConfig = {
    oapi: values.oapi ?? (base ? `${base}/oapi` : ''),
    api: values.api ?? (base ? `${base}/openapi` : ''),
    suiteKey: env['SUITE_KEY'] ?? '',
    suiteSecret: env['SUITE_SECRET'] ?? '',
    corpId: values['corp-id'] ?? '',
    suiteTicket: env['SUITE_TICKET'] ?? '',
    listen:
      values.listen === undefined
        ? null
        : {
            port: Number(values.listen),
            token: env['CALLBACK_TOKEN'] ?? '',
            aesKey: env['CALLBACK_AES_KEY'] ?? '',
          },
    only: values.only ?? '',
  }
  const missing = missingIn(config)
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`)
  return config
}

function missingIn({ oapi, api, suiteKey, suiteSecret, corpId, suiteTicket, listen }: RunConfig): string[] {
  return [
    ...(oapi && api ? [] : ['--base, or --oapi and --api']),
    ...(corpId ? [] : ['--corp-id']),
    ...(suiteKey ? [] : ['SUITE_KEY']),
    ...(suiteSecret ? [] : ['SUITE_SECRET']),
    ...(suiteTicket || listen ? [] : ['SUITE_TICKET or --listen']),
    ...(listen && !(listen.token && listen.aesKey.length === 43)
      ? ['CALLBACK_TOKEN and CALLBACK_AES_KEY']
      : []),
  ]
}
