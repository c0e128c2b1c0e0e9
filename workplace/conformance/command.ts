import { cases } from './cases/index.ts'
import { readConfig, usage, type RunConfig } from './config.ts'
import { openPlatform } from './platform.ts'
import { startReceiver } from './receiver.ts'
import { runAll, tableOf } from './run.ts'
import { openSession } from './session.ts'

/** Exit code 0: nothing differs. 1: something does. 2: the run could not start. */
export async function runCommand(
  args: readonly string[],
  { env, print }: { env: NodeJS.ProcessEnv; print(text: string): void },
): Promise<number> {
  let config: RunConfig
  try {
    config = readConfig(args, env)
  } catch (error) {
    print(`${error instanceof Error ? error.message : 'unreadable arguments'}\n\n${usage}`)
    return 2
  }
  const { listen, suiteTicket, suiteKey, suiteSecret, corpId } = config
  const receiver = listen
    ? await startReceiver({ ...listen, suiteKey }, { port: listen.port, host: '0.0.0.0' })
    : undefined
  try {
    const platform = openPlatform({ oapi: config.oapi, api: config.api })
    const session = openSession(platform, {
      suiteKey,
      suiteSecret,
      corpId,
      suiteTicket: async () => suiteTicket || (receiver ? await receiver.ticket() : ''),
    })
    const chosen = cases.filter(({ name }) => name.includes(config.only))
    const outcomes = await runAll(chosen, {
      platform,
      session,
      acts: receiver ? { pushes: receiver } : {},
    })
    print(tableOf(outcomes))
    return outcomes.some(({ verdict }) => verdict === 'differs') ? 1 : 0
  } finally {
    await receiver?.close()
  }
}
