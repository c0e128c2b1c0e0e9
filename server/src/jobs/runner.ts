import { Value } from 'typebox/value'
import type { Deps } from '../deps.ts'
import { jobContext, type JobDefinition, type TickDefinition } from './define-job.ts'
import { jobSeconds } from '../metrics.ts'
import * as outbox from './outbox.repo.ts'
import type { OwedJob } from './outbox.repo.ts'
import { queueNames, type QueuedJob } from './queues.ts'
import { RetryLater } from './retry-later.ts'

/** Handed to the queue this long ago and still owed: the queue has lost it, or its worker was killed. */
const leaseMs = 90_000
const relayBatch = 500
const relayEveryMs = 150
const keepTicksEveryMs = 10_000

export interface Runner {
  /** Stops taking new work, waits for what runs, and leaves the rest to the outbox. */
  close(): Promise<void>
}

/**
 * Runs every job and tick in this process. At least once: a job is settled only after it ran to the end, so a killed
 * worker leaves it owed. The pause between tries is kept by the outbox and judged by our own clock.
 */
export function startRunner(
  deps: Deps,
  jobs: readonly JobDefinition[],
  ticks: readonly TickDefinition[],
): Runner {
  const jobsByName = new Map(jobs.map((job) => [job.name, job]))
  const ticksByName = new Map(ticks.map((tick) => [tick.name, tick]))
  const { queues, log } = deps

  for (const name of queueNames.filter((queue) => queue !== 'ticks')) {
    queues.work(name, (queued) => runOwed(deps, jobsByName, queued))
  }
  queues.work('ticks', async ({ name }) => {
    const tick = ticksByName.get(name)
    if (!tick) return
    try {
      await tick.run(jobContext(deps, name, 0))
    } catch (error) {
      log.error({ err: error, tick: name }, 'tick failed; it comes again')
    }
  })
  const stopTicks = keepTicks(deps, ticks)
  const stopRelay = startRelay(deps, jobsByName)
  return {
    async close() {
      await Promise.all([stopRelay(), stopTicks()])
      await queues.close()
    },
  }
}

/** Schedules the ticks, and again whenever the queue has lost them; returns how to stop looking. */
function keepTicks({ queues, log }: Deps, ticks: readonly TickDefinition[]): () => Promise<void> {
  async function look() {
    try {
      const scheduled = await queues.scheduled('ticks')
      for (const tick of ticks) {
        if (scheduled.get(tick.name) !== tick.everyMs) await queues.every('ticks', tick.name, tick.everyMs)
      }
    } catch (error) {
      log.warn({ err: error }, 'ticks not scheduled; trying again')
    }
  }
  let looking = look()
  const timer = setInterval(() => {
    looking = looking.then(look)
  }, keepTicksEveryMs)
  return () => {
    clearInterval(timer)
    return looking
  }
}

/** Hands due outbox rows to the queue, again and again; returns how to stop it. */
function startRelay(deps: Deps, jobsByName: ReadonlyMap<string, JobDefinition>): () => Promise<void> {
  let isStopped = false
  let wake: () => void = () => undefined

  async function loop() {
    while (!isStopped) {
      const moved = await relayOnce(deps, jobsByName).catch((error: unknown) => {
        deps.log.warn({ err: error }, 'outbox relay; trying again')
        return 0
      })
      if (moved === relayBatch || isStopped) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, relayEveryMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  const done = loop()
  return () => {
    isStopped = true
    wake()
    return done
  }
}

async function relayOnce(deps: Deps, jobsByName: ReadonlyMap<string, JobDefinition>): Promise<number> {
  const now = deps.clock.now()
  const due = await deps.database.inSystem((system) =>
    outbox.claimDue(system, { now, leaseMs, limit: relayBatch }),
  )
  try {
    for (const name of queueNames)
      await deps.queues.add(name, due.filter(({ job }) => jobsByName.get(job)?.queue === name).map(asQueued))
  } catch (error) {
    // A queue that is away took none of them, as far as we know: they are due now, not when the lease is over.
    await deps.database.inSystem((system) => outbox.release(system, due))
    throw error
  }
  return due.length
}

function asQueued(job: OwedJob): QueuedJob {
  return {
    id: `${job.id}-${job.generation}`,
    name: job.job,
    data: { orgId: job.orgId, id: job.id, generation: job.generation },
  }
}

async function runOwed(
  deps: Deps,
  jobsByName: ReadonlyMap<string, JobDefinition>,
  queued: QueuedJob,
): Promise<void> {
  const job = jobsByName.get(queued.name)
  if (!job) return
  const { orgId, id, generation } = queued.data as { orgId: string; id: string; generation: number } // written by asQueued
  const owedJob: OwedJob = { orgId, id, generation, job: queued.name }
  const row = await deps.database.inSystem((system) => outbox.owed(system, owedJob))
  if (!row) return // settled by another run, or emitted again since
  const ctx = jobContext(deps, job.name, row.attempts)
  const stopTimer = jobSeconds.startTimer({ job: job.name })
  try {
    await job.run(Value.Parse(job.data, row.payload), ctx)
    await deps.database.inSystem((system) => outbox.settle(system, owedJob))
    stopTimer({ outcome: 'done' })
  } catch (error) {
    stopTimer({ outcome: 'again' })
    const pauseMs = error instanceof RetryLater ? error.afterMs : job.retryAfterMs(row.attempts + 1)
    ctx.log.warn({ err: error, attempts: row.attempts + 1, pauseMs }, 'job failed; it is owed again')
    await deps.database.inSystem((system) => outbox.postpone(system, owedJob, deps.clock.now() + pauseMs))
  }
}
