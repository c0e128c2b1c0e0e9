import { randomInt } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Database } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import type { Vault } from '../../ports/vault.ts'
import { sheetKey, type Filing, type Outcome } from './filing.ts'
import { anyFilings, firstFilings, isFirst, outcomesOf, type Attempt } from './filing-statement.ts'
import { readRevision } from './submissions.repo.ts'

/**
 * Filings share commits: those that arrive while a commit is on its way travel with the next one, each org’s part
 * bound to its org. A filing is acknowledged only after its own commit. One bad filing fails alone: when a batch does
 * not go through, its filings are tried one by one.
 */
export interface SubmissionWriter {
  file(filing: Filing): Promise<Outcome>
}

interface Waiting {
  readonly filing: Filing
  readonly key: string
  readonly settle: (outcome: Outcome) => void
  readonly fail: (error: unknown) => void
}

/**
 * One commit is on its way as a rule: what arrives meanwhile makes the next one larger, which costs less per filing. A
 * second goes beside it when a whole one is waiting, or when the first is kept waiting itself (by a lock, a slow disk).
 */
const commitsAtOnce = 2
const slowCommitMs = 20
const mostPerCommit = 32
const stripes = 16
/** Another revision came first, or a number was taken: look again and retry, this often. */
export const mostTries = 5

export function submissionWriter({ database, vault }: Pick<Deps, 'database' | 'vault'>): SubmissionWriter {
  let waiting: Waiting[] = []
  let onTheirWay = 0
  let isPlanned = false
  /** The commit on its way has taken long: the next need not wait for it. */
  let isSlow = false
  /** Answer sheets being written now: a second filing of one waits, instead of losing a race against the first. */
  const beingWritten = new Set<string>()
  /** Which revision came last, so that the next one is sealed for its own number without asking. */
  const revisions = new LRUCache<string, number>({ max: 50_000 })

  function plan() {
    if (isPlanned || waiting.length === 0 || !mayGo()) return
    isPlanned = true
    // After this turn of the event loop, so that requests read together travel together.
    setImmediate(() => {
      isPlanned = false
      const batch = take()
      if (batch.length === 0) return
      onTheirWay += 1
      for (const { key } of batch) beingWritten.add(key)
      const slow = setTimeout(() => {
        isSlow = true
        plan()
      }, slowCommitMs)
      void commit(batch).finally(() => {
        clearTimeout(slow)
        isSlow = false
        onTheirWay -= 1
        for (const { key } of batch) beingWritten.delete(key)
        plan()
      })
      plan()
    })
  }

  function mayGo(): boolean {
    if (onTheirWay === 0) return true
    return onTheirWay < commitsAtOnce && (isSlow || waiting.length >= mostPerCommit)
  }

  /** The next batch: one filing per answer sheet, so that the second of two becomes the next revision. */
  function take(): Waiting[] {
    const batch = new Map<string, Waiting>()
    const later: Waiting[] = []
    for (const each of waiting) {
      const isFree = !batch.has(each.key) && !beingWritten.has(each.key)
      if (batch.size < mostPerCommit && isFree) batch.set(each.key, each)
      else later.push(each)
    }
    waiting = later
    return [...batch.values()]
  }

  async function commit(batch: readonly Waiting[]): Promise<void> {
    const attempts = batch.map(({ key, filing }) => ({ filing, revision: (revisions.get(key) ?? 0) + 1 }))
    try {
      const outcomes = await store(database, vault, attempts)
      batch.forEach((each, i) => settle(each, outcomes[i] ?? { outcome: 'again' }))
    } catch (error) {
      if (batch.length === 1 && batch[0]) batch[0].fail(error)
      else await Promise.all(batch.map((each) => alone(each)))
    }
  }

  async function alone(each: Waiting): Promise<void> {
    try {
      const revision = (revisions.get(each.key) ?? 0) + 1
      const [outcome] = await store(database, vault, [{ filing: each.filing, revision }])
      settle(each, outcome ?? { outcome: 'again' })
    } catch (error) {
      each.fail(error)
    }
  }

  function settle(each: Waiting, outcome: Outcome): void {
    if (outcome.outcome === 'saved') revisions.set(each.key, outcome.filed.revision)
    each.settle(outcome)
  }

  function enqueue(filing: Filing, key: string): Promise<Outcome> {
    return new Promise((settle, fail) => {
      waiting.push({ filing, key, settle, fail })
      plan()
    })
  }

  return {
    async file(filing) {
      const key = sheetKey(filing)
      // Whose key has to be read first keeps nobody else’s commit waiting.
      await vault.sealer([filing.orgId])
      for (let tries = 1; ; tries += 1) {
        const result = await enqueue(filing, key).catch((error: unknown) => {
          if (tries < mostTries && isPassing(error)) return { outcome: 'again' } as const
          throw error
        })
        if (result.outcome !== 'again' || tries === mostTries) return result
        revisions.set(key, await readRevision(database, filing))
      }
    },
  }
}

/**
 * Stores attempts of any orgs: first filings together in one commit per period, the rest, and what turned out to be
 * something else, in another. Orgs and people go in one order, so that two commits cannot lock each other.
 */
async function store(database: Database, vault: Vault, attempts: readonly Attempt[]): Promise<Outcome[]> {
  const outcomes = new Map<Attempt, Outcome>()
  const sorted = [...attempts].sort((a, b) => (sheetKey(a.filing) < sheetKey(b.filing) ? -1 : 1))
  const stripe = randomInt(stripes)
  const sealer = await vault.sealer(sorted.map(({ filing }) => filing.orgId))
  for (const group of byPeriod(sorted.filter(isFirst))) {
    const saved = await storeFirst(database, firstFilings(sealer, group, stripe))
    group.forEach((attempt, i) => {
      const outcome = saved[i]
      if (outcome) outcomes.set(attempt, outcome)
    })
  }
  const others = sorted.filter((attempt) => !outcomes.has(attempt))
  if (others.length > 0) {
    const rows = await database.callBound(anyFilings(sealer, others, stripe))
    outcomesOf(rows, others.length).forEach((outcome, i) => {
      const attempt = others[i]
      if (attempt) outcomes.set(attempt, outcome)
    })
  }
  return attempts.map((attempt) => outcomes.get(attempt) ?? { outcome: 'again' })
}

async function storeFirst(
  database: Database,
  { call, outcomesOf: read }: ReturnType<typeof firstFilings>,
): Promise<(Outcome | null)[]> {
  try {
    return read(await database.callBound(call))
  } catch (error) {
    // One of them was no first filing after all, or two calls met: the other way sorts them out.
    if (isPassing(error)) return []
    throw error
  }
}

function byPeriod(attempts: readonly Attempt[]): Attempt[][] {
  const groups = new Map<string, Attempt[]>()
  for (const attempt of attempts) {
    const { periodStart } = attempt.filing
    groups.set(periodStart, [...(groups.get(periodStart) ?? []), attempt])
  }
  return [...groups.values()]
}

/** Does something in a transaction of its own, and again while it failed by chance. */
export async function untilPassed<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === mostTries || !isPassing(error)) throw error
    }
  }
}

/** A number taken by chance, or two transactions in each other's way: the same thing again succeeds. */
export function isPassing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === '23505' || code === '40P01' || code === '40001'
}
