import { sql } from 'drizzle-orm'
import type { JoinRequestState, OwnJoinRequest, OwnJoinRequestState } from '../../contracts/orgs.ts'
import { addSeconds } from '../clock.ts'
import type { OrgScope } from '../db/database.ts'
import { AppError } from '../errors.ts'
import { notifyOrg, notifyPersons } from '../events/notify.ts'
import type { SessionCtx } from '../http/context.ts'
import { requireLiving } from './living.ts'

const decidedKeptSeconds = 30 * 86_400
const mostShown = 20

/** Kept beside the org's own list, so that the person need not look into every org. */
export async function add(
  scope: OrgScope,
  given: { personId: string; requestId: string; now: Date },
): Promise<void> {
  await scope.run(sql`
    insert into person_join_requests (person_id, org_id, request_id, state, asked_at)
    values (${given.personId}, ${scope.orgId}, ${given.requestId}, 'waiting', ${given.now})`)
}

export async function decide(
  scope: OrgScope,
  given: { requestId: string; state: JoinRequestState; now: Date },
): Promise<void> {
  await scope.run(sql`
    update person_join_requests set state = ${given.state}, decided_at = ${given.now}
    where org_id = ${scope.orgId} and request_id = ${given.requestId}`)
}

interface Row {
  request_id: string
  org_id: string
  org_name: string
  state: OwnJoinRequestState
  asked_at: Date
  is_news: boolean
}

/** Of request `r` to org `o`: the team was dissolved before anybody decided. */
const isFutile = sql`(r.state = 'waiting' and o.dissolved_at is not null)`

export async function list({ deps, now, personId }: SessionCtx): Promise<{ items: OwnJoinRequest[] }> {
  const rows = await deps.db.rows<Row>(sql`
    select r.request_id, r.org_id, o.name as org_name, r.asked_at,
      case when ${isFutile} then 'dissolved' else r.state end as state,
      (r.state in ('approved', 'rejected') or ${isFutile}) and r.seen_at is null as is_news
    from person_join_requests r join orgs o on o.id = r.org_id
    where r.person_id = ${personId}
      and (r.state = 'waiting' or r.decided_at > ${addSeconds(now, -decidedKeptSeconds)})
    order by r.asked_at desc, r.request_id desc limit ${mostShown}`)
  const items = rows.map((row) => ({
    requestId: row.request_id,
    orgId: row.org_id,
    orgName: row.org_name,
    state: row.state,
    askedAt: row.asked_at.toISOString(),
    isNews: row.is_news,
  }))
  return { items }
}

export async function waitingIn({ deps, personId }: SessionCtx, orgId: string): Promise<string | null> {
  const row = await deps.db.one<{ request_id: string }>(sql`
    select request_id from person_join_requests
    where person_id = ${personId} and org_id = ${orgId} and state = 'waiting'`)
  return row?.request_id ?? null
}

export async function seen({ deps, now, personId }: SessionCtx): Promise<{ done: true }> {
  await deps.db.run(sql`
    update person_join_requests r set seen_at = ${now} from orgs o
    where o.id = r.org_id and r.person_id = ${personId} and r.seen_at is null
      and (r.state in ('approved', 'rejected') or ${isFutile})`)
  return { done: true }
}

/** @throws AppError `org.dissolved`; `join.decided` when an admin was quicker, and for a request that is somebody else's. */
export async function withdraw(
  { deps, now, personId }: SessionCtx,
  orgId: string,
  requestId: string,
): Promise<{ done: true }> {
  return deps.db.withOrg(orgId, async (scope) => {
    await requireLiving(scope)
    const withdrawn = await scope.run(sql`
      update join_requests set state = 'withdrawn'
      where org_id = ${orgId} and id = ${requestId} and person_id = ${personId} and state = 'waiting'`)
    if (withdrawn === 0) throw new AppError('join.decided')
    await decide(scope, { requestId, state: 'withdrawn', now })
    await notifyOrg(scope, { type: 'directory', orgId }, 'admins')
    await notifyPersons(scope, [personId], { type: 'account' })
    return { done: true }
  })
}
