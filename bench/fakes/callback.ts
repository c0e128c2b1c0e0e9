import { join } from 'node:path'
import { postPush, sealPush, suiteKeysOf } from '@kangbao/launcher/sealed-push.ts'
import type { Subject } from '../bench.ts'

const suitesFile = join(import.meta.dirname, '..', 'data', 'suites.json')

/** Pushes a suite ticket as the platform does: without one the server cannot call the platform. */
export async function pushTicket(subject: Subject, app: string): Promise<void> {
  const suite = suiteKeysOf(suitesFile, app)
  const { now } = (await (await fetch(`${subject.url}/__clock`)).json()) as { now: string } // clock route
  const at = Date.parse(now)
  const message = {
    EventType: 'suite_ticket',
    SuiteKey: suite.suiteKey,
    TimeStamp: String(at),
    SuiteTicket: 'bench-ticket',
  }
  const response = await postPush(subject.url, app, sealPush(suite, message, at))
  if (!response.ok) throw new Error(`suite ticket: ${response.status} ${await response.text()}`)
}
