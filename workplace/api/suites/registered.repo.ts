import { sql } from 'drizzle-orm'
import type { SuiteFacts } from '../../contracts/suites.ts'
import type { Suite } from '../config.ts'
import { open, seal } from '../crypto/sealing.ts'
import { json, type Queries } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { found } from '../errors.ts'

export const suitesChannel = 'suites_changed'

/** What is sealed of a suite. */
export interface SealedPart {
  appId: number
  suiteSecret: string
  callbackToken: string
  callbackAesKey: string
  ssoSecret: string
}

export interface RegisteredRow {
  suite_id: string
  suite_key: string
  state: 'active' | 'stopped'
  facts: SuiteFacts
  secrets: Buffer
}

const placeOf = (suiteId: string): string => `registered_suites/${suiteId}`

export const list = ({ db }: Pick<Deps, 'db'>): Promise<RegisteredRow[]> =>
  db.rows<RegisteredRow>(sql`
    select suite_id, suite_key, state, facts, secrets from registered_suites order by created_at, suite_id`)

export const byId = async (tx: Queries, suiteId: string): Promise<RegisteredRow> =>
  found(
    await tx.one<RegisteredRow>(sql`
      select suite_id, suite_key, state, facts, secrets from registered_suites where suite_id = ${suiteId} for update`),
  )

export const sealedPart = ({ config }: Pick<Deps, 'config'>, row: RegisteredRow): SealedPart =>
  JSON.parse(open(config.sealKey, placeOf(row.suite_id), row.secrets).toString()) as SealedPart // sealed by us

export async function save(
  tx: Queries,
  { config, clock }: Deps,
  row: { suiteId: string; suiteKey: string; facts: SuiteFacts; sealed: SealedPart },
): Promise<void> {
  const secrets = seal(config.sealKey, placeOf(row.suiteId), Buffer.from(JSON.stringify(row.sealed)))
  await tx.run(sql`
    insert into registered_suites (suite_id, suite_key, facts, secrets, created_at)
    values (${row.suiteId}, ${row.suiteKey}, ${json(row.facts)}, ${secrets}, ${clock.now()})
    on conflict (suite_id) do update set facts = excluded.facts, secrets = excluded.secrets`)
}

const toSuite = (deps: Deps, row: RegisteredRow): Suite => ({
  ...row.facts,
  ...sealedPart(deps, row),
  suiteId: row.suite_id,
  suiteKey: row.suite_key,
  adminUrl: '',
  redirectUrls: [],
  templates: [],
})

/**
 * Brings the list of suites up to date in place, so that whoever holds it sees what is registered now. A stopped one is
 * not in it: it can neither be installed nor opened, gets no pushes, and its tokens are refused.
 */
export async function loadSuites(deps: Deps): Promise<void> {
  const rows = await list(deps)
  const registered = new Set(rows.map((row) => row.suite_id))
  const filed = deps.config.suites.filter(({ suiteId }) => !registered.has(suiteId))
  const active = rows.filter(({ state }) => state === 'active').map((row) => toSuite(deps, row))
  deps.config.suites.splice(0, deps.config.suites.length, ...filed, ...active)
}
