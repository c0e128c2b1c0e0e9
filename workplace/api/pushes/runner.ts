import type { Suite } from '../config.ts'
import type { Deps } from '../deps.ts'
import { sendDueSms, smsChannel } from '../sms/queue.ts'
import { pushChannel, sendDue } from './sender.ts'
import { checkUrl, registerSuite, repeatTicket, rotateTicketWhenDue } from './tickets.ts'

const tickMs = 1000

/** Runs one piece of work again and again, never twice at a time; `wake` asks for a run soon. */
function loop(work: () => Promise<unknown>, onError: (error: unknown) => void) {
  let running: Promise<void> | null = null
  let isAskedAgain = false
  let isStopped = false
  function wake(): void {
    if (isStopped) return
    if (running) {
      isAskedAgain = true
      return
    }
    running = work()
      .then(() => undefined, onError)
      .finally(() => {
        running = null
        if (!isAskedAgain) return
        isAskedAgain = false
        wake()
      })
  }
  const timer = setInterval(wake, tickMs)
  return {
    wake,
    stop: async () => {
      isStopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** The background work of this process: tickets, pushes to the suites, text messages. */
export async function startRunner(deps: Deps): Promise<{ stop(): Promise<void> }> {
  const { suites } = deps.config
  for (const suite of suites) await registerSuite(deps, suite)
  const onError = (error: unknown) => deps.log.error({ err: error }, 'background work failed')
  const pushLoops = suites.map((suite) => loop(pushWork(deps, suite), onError))
  const smsLoop = loop(() => sendDueSms(deps), onError)
  const wakeAll = () => pushLoops.forEach(({ wake }) => wake())
  const unlisten = [
    await deps.db.listen(pushChannel, wakeAll),
    await deps.db.listen(smsChannel, smsLoop.wake),
  ]
  wakeAll()
  return {
    async stop() {
      await Promise.all(unlisten.map((end) => end()))
      await Promise.all([...pushLoops, smsLoop].map(({ stop }) => stop()))
    },
  }
}

function pushWork(deps: Deps, suite: Suite): () => Promise<void> {
  let hasGreeted = false
  return async () => {
    await rotateTicketWhenDue(deps, suite)
    if (!(await checkUrl(deps, suite))) return // the suite is not up yet: nothing could be delivered
    if (!hasGreeted) await repeatTicket(deps, suite)
    hasGreeted = true
    while ((await sendDue(deps, suite)) > 0) continue
  }
}
