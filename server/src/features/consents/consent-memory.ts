import { LRUCache } from 'lru-cache'
import type { Decision } from '@kangbao/shared/consents/notice.ts'
import type { Database } from '../../db/database.ts'
import { recentChanges } from './consent-changes.system.ts'
import { decisionsOfMany, type Asked } from './consents.repo.ts'

const lookEveryMs = 400
/** What was remembered is good for so long after the last look at what changed: with its time on the way, a second. */
const trustMs = 900
/** Read again and again, because a row's time is taken before its transaction commits. */
const overlapS = 60

/**
 * Decisions of people who file, kept by the process so that a filing costs no query; those not known yet are asked for
 * together. Whose decisions change is told by `consent_changes`, read twice a second: a withdrawal is heard of within a
 * second by every process (S-40), and one that cannot look asks the database each time.
 */
export interface ConsentMemory {
  decisionsOf(asked: Asked): Promise<readonly Decision[]>
  /** After a change of this process's own. */
  forget(orgId: string, memberId: string): void
}

interface Waiting {
  readonly asked: Asked
  readonly settle: (decisions: readonly Decision[]) => void
  readonly fail: (error: unknown) => void
}

const memories = new WeakMap<Database, ConsentMemory>()

export function consentMemory(database: Database): ConsentMemory {
  const known = memories.get(database) ?? makeMemory(database)
  memories.set(database, known)
  return known
}

const personOf = ({ orgId, memberId }: Pick<Asked, 'orgId' | 'memberId'>) => `${orgId}/${memberId}`

function makeMemory(database: Database): ConsentMemory {
  const known = new LRUCache<string, ReadonlyMap<string, readonly Decision[]>>({ max: 100_000 })
  /** Told of lately: what was being read then may be older than the change. */
  const forgotten = new LRUCache<string, number>({ max: 100_000, ttl: overlapS * 1000 })
  const seen = new LRUCache<number, true>({ max: 100_000, ttl: 2 * overlapS * 1000 })
  let waiting: Waiting[] = []
  let lookedAt = Number.NEGATIVE_INFINITY
  let isLooking = false

  function forget(person: string): void {
    known.delete(person)
    forgotten.set(person, performance.now())
  }

  async function look(): Promise<void> {
    const startedAt = performance.now()
    const changes = await database.inSystem((system) => recentChanges(system, overlapS))
    for (const change of changes) {
      if (seen.has(change.id)) continue
      seen.set(change.id, true)
      forget(personOf(change))
    }
    lookedAt = startedAt
  }

  function keepLooking(): void {
    if (isLooking) return
    isLooking = true
    const again = () => {
      if (database.pool.ended || database.pool.ending) return
      look()
        // Not read: nothing is trusted until it is, which is slower and never wrong.
        .catch(() => undefined)
        .finally(() => setTimeout(again, lookEveryMs).unref())
    }
    again()
  }

  async function readTogether(batch: readonly Waiting[]): Promise<void> {
    const startedAt = performance.now()
    try {
      const found = await decisionsOfMany(
        database,
        batch.map(({ asked }) => asked),
      )
      batch.forEach(({ asked, settle }, i) => {
        const decisions = found[i] ?? []
        const person = personOf(asked)
        if ((forgotten.get(person) ?? 0) < startedAt && decisions.length > 0)
          known.set(person, new Map(known.get(person)).set(asked.subject, decisions))
        settle(decisions)
      })
    } catch (error) {
      for (const { fail } of batch) fail(error)
    }
  }

  function ask(asked: Asked): Promise<readonly Decision[]> {
    return new Promise((settle, fail) => {
      waiting.push({ asked, settle, fail })
      if (waiting.length > 1) return
      setImmediate(() => {
        const batch = waiting
        waiting = []
        void readTogether(batch)
      })
    })
  }

  return {
    async decisionsOf(asked) {
      keepLooking()
      const isTrusted = performance.now() - lookedAt < trustMs
      const decisions = isTrusted ? known.get(personOf(asked))?.get(asked.subject) : undefined
      return decisions ?? ask(asked)
    },
    forget: (orgId, memberId) => forget(personOf({ orgId, memberId })),
  }
}
