import { LRUCache } from 'lru-cache'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import type { Database } from '../../db/database.ts'
import * as repo from './forms.repo.ts'
import type { FormOrg, PublishedForm } from './forms.repo.ts'

/** What filling needs of a form, without asking the database each time. */
export interface FormFacts {
  readonly form: PublishedForm
  readonly definition: FormDefinition
  readonly org: FormOrg
}

/**
 * Answers may come for this long after the form was changed by another process; its end and its version are checked
 * again by the statement that stores the answers.
 */
const freshMs = 5_000

const caches = new WeakMap<Database, LRUCache<string, FormFacts>>()

function cacheOf(database: Database): LRUCache<string, FormFacts> {
  const known = caches.get(database)
  if (known) return known
  const cache = new LRUCache<string, FormFacts>({
    max: 20_000,
    ttl: freshMs,
    // Many who ask at once wait for one read.
    fetchMethod: async (key) => {
      const [orgId = '', formId = ''] = key.split('/')
      return read(database, orgId, formId)
    },
  })
  caches.set(database, cache)
  return cache
}

async function read(database: Database, orgId: string, formId: string): Promise<FormFacts | undefined> {
  return database.inOrg(orgId, { kind: 'system', name: 'form-cache' }, async (scope) => {
    const form = await repo.formById(scope, formId)
    const definition = form && (await repo.definitionOf(scope, formId, form.version))
    return definition ? { form, definition, org: await repo.formOrg(scope) } : undefined
  })
}

/** The form with its definition and org, a few seconds old at most; null when the org has no such form. */
export async function formFacts(
  database: Database,
  orgId: string,
  formId: string,
): Promise<FormFacts | null> {
  const found = await cacheOf(database)
    .fetch(`${orgId}/${formId}`)
    .catch((error: unknown) => {
      // The form was changed while it was read here: what the read began with is no longer so.
      if (error instanceof Error && error.message === 'deleted') return read(database, orgId, formId)
      throw error
    })
  return found ?? null
}

/** Called after a form was changed here, so that this process knows at once. */
export function forgetForm(database: Database, orgId: string, formId: string): void {
  cacheOf(database).delete(`${orgId}/${formId}`)
}
