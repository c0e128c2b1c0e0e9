import { LRUCache } from 'lru-cache'
import type { Database } from '../../db/database.ts'
import { gathered } from '../../db/gathered.ts'
import { factsOfMany, type FormFacts } from './forms.repo.ts'

/**
 * Answers may come for this long after the form was changed by another process; its end and its version are checked
 * again by the statement that stores the answers.
 */
const freshMs = 5_000

const caches = new WeakMap<Database, LRUCache<string, FormFacts>>()

function cacheOf(database: Database): LRUCache<string, FormFacts> {
  const known = caches.get(database)
  if (known) return known
  const readTogether = gathered((keys) => read(database, keys))
  const cache = new LRUCache<string, FormFacts>({
    max: 20_000,
    ttl: freshMs,
    // Many who ask at once wait for one read.
    fetchMethod: async (key) => (await readTogether(key)).get(key),
  })
  caches.set(database, cache)
  return cache
}

/** By `<org>/<form>`. */
async function read(database: Database, keys: readonly string[]): Promise<ReadonlyMap<string, FormFacts>> {
  const forms = keys.map((key) => {
    const [orgId = '', formId = ''] = key.split('/')
    return { orgId, formId }
  })
  const found = await factsOfMany(database, forms)
  return new Map(keys.flatMap((key, i) => (found[i] ? [[key, found[i]]] : [])))
}

/** The form with its definition and org, a few seconds old at most; null when the org has no such form. */
export async function formFacts(
  database: Database,
  orgId: string,
  formId: string,
): Promise<FormFacts | null> {
  const key = `${orgId}/${formId}`
  const found = await cacheOf(database)
    .fetch(key)
    .catch(async (error: unknown) => {
      // The form was changed while it was read here: what the read began with is no longer so.
      if (error instanceof Error && error.message === 'deleted') return (await read(database, [key])).get(key)
      throw error
    })
  return found ?? null
}

/** Called after a form was changed here, so that this process knows at once. */
export function forgetForm(database: Database, orgId: string, formId: string): void {
  cacheOf(database).delete(`${orgId}/${formId}`)
}
