import { purgeDissolved } from '../orgs/purge.ts'
import { suiteById, type Deps } from '../deps.ts'
import { notificationChannel, sendQueued } from '../platform/sending.ts'
import { sendDueSms, smsChannel } from '../sms/queue.ts'
import { loadSuites, suitesChannel } from '../suites/registered.repo.ts'
import { pushChannel, sendDue } from './sender.ts'
import { checkUrl, registerSuite, repeatTicket, rotateTicketWhenDue } from './tickets.ts'

const tickMs = 1000
const purgeMs = 60_000

/** Runs one piece of work again and again, never twice at a time; `wake` asks for a run soon. */
function loop(work: () => Promise<unknown>, onError: (error: unknown) => void, everyMs = tickMs) {
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
  const timer = setInterval(wake, everyMs)
  return {
    wake,
    stop: async () => {
      isStopped = true
      clearInterval(timer)
      await running
    },
  }
}

/** The background work: tickets, pushes to the suites, text messages, notifications to many, what dissolved teams left. */
export async function startRunner(deps: Deps): Promise<{ stop(): Promise<void> }> {
  const onError = (error: unknown) => deps.log.error({ err: error }, 'background work failed')
  const pushLoops = new Map<string, ReturnType<typeof loop>>()
  /** A loop for each suite there is; that of one stopped runs on with nothing to do, for it may be started again. */
  async function takeUp(): Promise<void> {
    await loadSuites(deps)
    for (const suite of [...deps.config.suites]) await registerSuite(deps, suite)
    for (const { suiteId } of deps.config.suites)
      if (!pushLoops.has(suiteId)) pushLoops.set(suiteId, loop(pushWork(deps, suiteId), onError))
  }
  await takeUp()
  const smsLoop = loop(() => sendDueSms(deps), onError)
  const notificationLoop = loop(async () => {
    while ((await sendQueued(deps)) > 0) continue
  }, onError)
  const purgeLoop = loop(
    async () => {
      while ((await purgeDissolved(deps)) > 0) continue
    },
    onError,
    purgeMs,
  )
  const wakeAll = () => pushLoops.forEach(({ wake }) => wake())
  const unlisten = [
    await deps.db.listen(pushChannel, wakeAll),
    await deps.db.listen(suitesChannel, () => void takeUp().catch(onError)),
    await deps.db.listen(smsChannel, smsLoop.wake),
    await deps.db.listen(notificationChannel, notificationLoop.wake),
  ]
  wakeAll()
  return {
    async stop() {
      await Promise.all(unlisten.map((end) => end()))
      await Promise.all(
        [...pushLoops.values(), smsLoop, notificationLoop, purgeLoop].map(({ stop }) => stop()),
      )
    },
  }
}

function pushWork(deps: Deps, suiteId: string): () => Promise<void> {
  let hasGreeted = false
  return async () => {
    const suite = suiteById(deps, suiteId)
    if (!suite) return
    await rotateTicketWhenDue(deps, suite)
    if (!(await checkUrl(deps, suite))) return // the suite is not up yet: nothing could be delivered
    if (!hasGreeted) await repeatTicket(deps, suite)
    hasGreeted = true
    while ((await sendDue(deps, suite)) > 0) continue
  }
}
