import { createPostgresBackend, createRedisBackend, withBackend, type Job } from 'bullmq'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'

/** Schema of the queue's own tables when it lives in PostgreSQL. */
export const queueSchema = 'bull'
/**
 * Named after the database whose outbox it serves, so that two installations may share a Redis; hash-tagged, so that
 * every key of a queue lies in one slot of a Redis Cluster.
 */
function redisPrefix(databaseUrl: string): string {
  const database = URL.canParse(databaseUrl) ? new URL(databaseUrl).pathname.slice(1) : ''
  return `{bull-${database || 'kangbao'}}`
}

export const queueNames = [
  'default',
  'directory',
  'push',
  'reports',
  'deliveries',
  'ticks',
  'webhooks',
] as const
export type QueueName = (typeof queueNames)[number]

/** Jobs of one queue that one process runs side by side. */
const concurrency: Readonly<Record<QueueName, number>> = {
  default: 8,
  directory: 2,
  push: 4,
  reports: 4,
  // Of one endpoint four at once.
  deliveries: 12,
  ticks: 2,
  // Receivers may be slow, ten seconds at most: those of one organisation keep none of another's waiting.
  webhooks: 16,
}

/**
 * A worker that is killed holds its jobs until its locks run out; they then go to another within half a minute. How
 * often a job may lose its worker is not the queue's to judge: the outbox owes it until it ran to the end.
 */
const recovery = { lockDuration: 20_000, stalledInterval: 10_000, maxStalledCount: 1_000_000 }

/** Slower than this, the queue is as good as away. */
const answerMs = 500

export interface QueuedJob {
  readonly id: string
  readonly name: string
  readonly data: unknown
}

/** The one small door to BullMQ: the same calls on Redis and on PostgreSQL. */
export interface Queues {
  readonly backend: 'postgres' | 'redis'
  /** Adds jobs; one whose id is waiting or running already is left alone. */
  add(queue: QueueName, jobs: readonly QueuedJob[]): Promise<void>
  /** Runs `process` for every job of a queue until closed. */
  work(queue: QueueName, process: (job: QueuedJob) => Promise<void>): void
  /** Adds a job of this name every so often, once over all processes. */
  every(queue: QueueName, name: string, intervalMs: number): Promise<void>
  /** The jobs `every` has scheduled, with their intervals in milliseconds. */
  scheduled(queue: QueueName): Promise<ReadonlyMap<string, number>>
  counts(): Promise<{ waiting: number; failed: number }>
  /** Whether the place the queue lives in answers. */
  answers(): Promise<boolean>
  /** Drops every job: the outbox brings back what still has to happen. */
  obliterate(): Promise<void>
  close(): Promise<void>
}

/** Opens the queues on Redis when `REDIS_URL` is set, else in the database. */
export function openQueues(config: Pick<Config, 'REDIS_URL' | 'DATABASE_URL'>, log: Logger): Queues {
  const { REDIS_URL, DATABASE_URL } = config
  return REDIS_URL
    ? redisQueues(REDIS_URL, redisPrefix(DATABASE_URL), log)
    : postgresQueues(DATABASE_URL, log)
}

function redisQueues(url: string, prefix: string, log: Logger): Queues {
  const { Queue, Worker } = withBackend(createRedisBackend)
  const producer = { connection: { url, maxRetriesPerRequest: 3 }, prefix }
  const consumer = { connection: { url, maxRetriesPerRequest: null }, prefix }
  return assemble('redis', log, {
    queue: (name) => new Queue(name, producer),
    worker: (name, run) =>
      new Worker(name, run, { ...consumer, ...recovery, concurrency: concurrency[name] }),
  })
}

function postgresQueues(url: string, log: Logger): Queues {
  const { Queue, Worker } = withBackend(createPostgresBackend)
  // Its own small pools: the back end sets its search path and listens on connections of its own.
  const connection = (max: number) => ({ connectionString: url, schema: queueSchema, max })
  return assemble('postgres', log, {
    queue: (name) => new Queue(name, { connection: connection(2) }),
    worker: (name, run) =>
      new Worker(name, run, { ...recovery, connection: connection(3), concurrency: concurrency[name] }),
  })
}

interface QueueLike {
  on(event: 'error', listener: (error: Error) => void): unknown
  addBulk(jobs: { name: string; data: unknown; opts: object }[]): Promise<unknown>
  upsertJobScheduler(
    id: string,
    repeat: { every: number },
    template: { name: string; opts: object },
  ): Promise<unknown>
  getJobSchedulers(): Promise<{ key: string; every?: number | undefined }[]>
  getJobCounts(
    ...types: ('waiting' | 'prioritized' | 'delayed' | 'failed')[]
  ): Promise<Record<string, number>>
  obliterate(options: { force: boolean }): Promise<void>
  close(): Promise<void>
}
interface WorkerLike {
  on(event: 'error', listener: (error: Error) => void): unknown
  close(): Promise<void>
}
interface Backend {
  queue(name: QueueName): QueueLike
  worker(name: QueueName, run: (job: Job) => Promise<void>): WorkerLike
}

/**
 * Finished jobs leave at once, failed ones too: the outbox remembers what is still owed, and it can hand a job over
 * again only when its id is free.
 */
const forgetful = { removeOnComplete: true, removeOnFail: true, attempts: 1 }

function assemble(backend: Queues['backend'], log: Logger, make: Backend): Queues {
  const queues = new Map<QueueName, QueueLike>()
  const workers: WorkerLike[] = []

  function queue(name: QueueName): QueueLike {
    const known = queues.get(name)
    if (known) return known
    const made = make.queue(name)
    made.on('error', (error) => log.warn({ err: error, queue: name }, 'queue connection'))
    queues.set(name, made)
    return made
  }

  return {
    backend,
    async add(name, jobs) {
      if (jobs.length === 0) return
      await queue(name).addBulk(
        jobs.map(({ id, name: job, data }) => ({ name: job, data, opts: { ...forgetful, jobId: id } })),
      )
    },
    work(name, process) {
      const worker = make.worker(name, (job) => process({ id: job.id ?? '', name: job.name, data: job.data }))
      worker.on('error', (error) => log.warn({ err: error, queue: name }, 'worker connection'))
      workers.push(worker)
    },
    async every(name, job, intervalMs) {
      await queue(name).upsertJobScheduler(job, { every: intervalMs }, { name: job, opts: forgetful })
    },
    async scheduled(name) {
      const schedulers = await queue(name).getJobSchedulers()
      return new Map(schedulers.map(({ key, every }) => [key, Number(every ?? 0)]))
    },
    async counts() {
      const all = await Promise.all(queueNames.map((name) => queue(name).getJobCounts('waiting', 'failed')))
      const sum = (type: string) => all.reduce((total, counts) => total + (counts[type] ?? 0), 0)
      return { waiting: sum('waiting'), failed: sum('failed') }
    },
    answers() {
      const asked = queue('ticks').getJobCounts('waiting')
      const isThere = asked.then(
        () => true,
        () => false,
      )
      const late = new Promise<false>((done) => setTimeout(done, answerMs, false).unref())
      return Promise.race([isThere, late])
    },
    async obliterate() {
      await Promise.all(queueNames.map((name) => queue(name).obliterate({ force: true })))
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()))
      await Promise.all([...queues.values()].map((each) => each.close()))
    },
  }
}
