import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { personalScopes } from '../../contracts/container.ts'
import * as contracts from '../../contracts/personal-consents.ts'
import type { PersonalConsent } from '../../contracts/personal-consents.ts'
import { suiteById } from '../deps.ts'
import { AppError } from '../errors.ts'
import type { SessionCtx } from '../http/context.ts'
import { sessionRoute } from '../http/route.ts'

const mostShown = 100

/** A person sees what he allowed apps himself, and takes it back. */
export function personalConsentRoutes(app: FastifyInstance): void {
  sessionRoute(app, contracts.listPersonalConsents, (_input, ctx) => list(ctx))
  sessionRoute(app, contracts.endPersonalConsent, ({ body }, ctx) => end(ctx, body))
}

interface ConsentRow {
  suite_id: string
  org_id: string | null
  org_name: string | null
  scopes: string[]
  until: Date
}

/** Several tokens of one app in one org are one consent: together they allow what each of them does. */
async function list({ deps, personId, now }: SessionCtx): Promise<{ items: PersonalConsent[] }> {
  const rows = await deps.db.rows<ConsentRow>(sql`
    select t.suite_id, t.org_id, o.name as org_name, array_agg(distinct s.scope) as scopes, max(t.refresh_expires_at) as until
    from user_tokens t left join orgs o on o.id = t.org_id cross join unnest(t.scopes) as s (scope)
    where t.person_id = ${personId} and t.refresh_expires_at > ${now}
    group by t.suite_id, t.org_id, o.name order by until desc, t.suite_id, o.name limit ${mostShown}`)
  const items = rows.flatMap((row): PersonalConsent[] => {
    const suite = suiteById(deps, row.suite_id)
    if (!suite) return []
    const { name, icon } = suite
    return [
      {
        suiteId: row.suite_id,
        name,
        icon,
        org: row.org_id === null ? null : { orgId: row.org_id, name: row.org_name ?? '' },
        scopes: personalScopes.filter((scope) => row.scopes.includes(scope)),
        until: row.until.toISOString(),
      },
    ]
  })
  return { items }
}

async function end(
  { deps, personId }: SessionCtx,
  { suiteId, orgId }: { suiteId: string; orgId: string | null },
): Promise<{ done: true }> {
  const ended = await deps.db.transaction(async (tx) => {
    const one = sql`person_id = ${personId} and suite_id = ${suiteId} and org_id is not distinct from ${orgId}::uuid`
    // A code that is on its way to the app would be a token a moment later.
    await tx.run(sql`delete from user_codes where ${one}`)
    return tx.run(sql`delete from user_tokens where ${one}`)
  })
  if (ended === 0) throw new AppError('resource.missing')
  return { done: true }
}
