import { parseArgs } from 'node:util'
import { receiverCases, runAll, tableOf } from './run.ts'
import { Sender, type SenderKey } from './sender.ts'

const usage = `Plays every case of docs/government-api.md at a receiver and says what it did.

  --url URL            where /v1/reports stands
  --key-id ID          the key agreed for this test; never one real reports are sent with
  --only TEXT          cases whose name contains TEXT
  --json               the outcomes as JSON

The keys themselves stand in the environment, so that no list of processes shows them:
  RECEIVER_SECRET                         hmac-sha256
  SENDER_PRIVATE_KEY, RECEIVER_PUBLIC_KEY sm2-sm3, hex

Each case reports for an organisation of its own, named 接口一致性测试（请忽略）.`

interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>
  print(text: string): void
}

/** @returns 0 when everything holds, 1 when something differs, 2 when the run could not start. */
export async function runCommand(args: readonly string[], { env, print }: Terminal): Promise<number> {
  const given = read(args, env)
  if (typeof given === 'string') {
    print(given === '' ? usage : `${given}\n\n${usage}`)
    return given === '' ? 0 : 2
  }
  const cases = receiverCases.filter(({ name }) => name.includes(given.only))
  const outcomes = await runAll(cases, new Sender(given.url, given.key))
  print(given.isJson ? JSON.stringify(outcomes, null, 2) : tableOf(outcomes))
  return outcomes.some(({ did }) => did !== null) ? 1 : 0
}

interface Given {
  readonly url: string
  readonly key: SenderKey
  readonly only: string
  readonly isJson: boolean
}

/** What was asked for; a text says why nothing can be run, an empty one that only the usage was wanted. */
function read(args: readonly string[], env: Terminal['env']): Given | string {
  const options = {
    url: { type: 'string' },
    'key-id': { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const
  let values
  try {
    ;({ values } = parseArgs({ args: [...args], options }))
  } catch (error) {
    return error instanceof Error ? error.message : 'unreadable arguments'
  }
  if (values.help) return ''
  const { url, 'key-id': id } = values
  if (url === undefined || !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : ''))
    return '--url: an http or https address'
  if (id === undefined) return '--key-id: the key agreed for this test'
  const key = keyOf(id, env)
  if (key === null) return 'RECEIVER_SECRET, or SENDER_PRIVATE_KEY with RECEIVER_PUBLIC_KEY, has to be set'
  return { url, key, only: values.only, isJson: values.json }
}

function keyOf(id: string, env: Terminal['env']): SenderKey | null {
  const { RECEIVER_SECRET: secret, SENDER_PRIVATE_KEY: privateKey, RECEIVER_PUBLIC_KEY: receiverKey } = env
  if (secret) return { id, secret }
  return privateKey && receiverKey ? { id, privateKey, receiverKey } : null
}
