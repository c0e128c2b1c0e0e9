import { sql } from 'drizzle-orm'
import { isNameOf } from '../../contracts/dissolution.ts'
import * as apps from '../apps/apps.repo.ts'
import { takeAway } from '../apps/apps.service.ts'
import { array, type OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { AppError, found } from '../errors.ts'
import { notifyPersons } from '../events/notify.ts'
import { readSelf } from '../http/access.ts'
import type { MemberCtx } from '../http/context.ts'
import { breathe } from '../imports/breathe.ts'
import { callOffAll } from '../imports/running.ts'
import { forgetUnknown } from '../imports/undo.ts'
import { emitOrg } from '../pushes/emit.ts'
import { requirePassword } from './admin-password.ts'

/**
 * Ends the team: for its apps, for whoever was to come in, and for everybody in it, all in one transaction. What was
 * written in it stays for a while where nobody reads it; see `purge.ts`.
 * @throws AppError `org.name-differs` before the password is looked at, so that a slip costs no try.
 */
export async function dissolve(
  ctx: MemberCtx,
  given: { name: string; password: string },
): Promise<{ done: true }> {
  const { name } = found(
    await ctx.deps.db.one<{ name: string }>(sql`select name from orgs where id = ${ctx.orgId}`),
  )
  if (!isNameOf(given.name, name)) throw new AppError('org.name-differs')
  await requirePassword(ctx, given.password)
  // First, and for all to see: an import holds what the next transaction waits for.
  await ctx.inOrg((scope) => callOffAll(scope))
  await ctx.inOrg(async (scope) => {
    await close(ctx, scope)
    await callOffAll(scope)
    await endApps(scope, ctx.deps)
    await stopSending(scope)
    await turnAway(ctx, scope)
    await putOut(scope)
  })
  ctx.deps.log.info({ orgId: ctx.orgId }, 'a team was dissolved')
  return { done: true }
}

/** Of two taps, or two admins, the second finds it done. Whoever is coming in is in before this, or finds it done, too. */
async function close({ personId, now }: MemberCtx, scope: OrgScope): Promise<void> {
  await scope.run(sql`select 1 from orgs where id = ${scope.orgId} for update`)
  const { role } = await readSelf(scope, personId)
  if (role !== 'main') throw new AppError('permission.denied')
  await scope.run(
    sql`update orgs set dissolved_at = ${now}, join_expires_at = ${now} where id = ${scope.orgId}`,
  )
}

/** Every app is told, of the org and of itself; whatever it holds of the org opens nothing from now on. */
async function endApps(scope: OrgScope, deps: Deps): Promise<void> {
  await emitOrg(scope, deps, 'org_remove')
  for (const app of await apps.list(scope)) await takeAway(scope, deps, app)
  const keys = [
    sql`open_tokens`,
    sql`jsapi_tickets`,
    sql`auth_codes`,
    sql`tmp_auth_codes`,
    sql`user_codes`,
    sql`user_tokens`,
  ]
  for (const table of keys) await scope.run(sql`delete from ${table} where org_id = ${scope.orgId}`)
}

/** Texts that have not gone, and notifications that are going out. */
async function stopSending(scope: OrgScope): Promise<void> {
  await scope.run(sql`delete from sms_queue where org_id = ${scope.orgId}`)
  await scope.run(
    sql`update message_tasks set is_recalled = true where org_id = ${scope.orgId} and state <> 'done'`,
  )
  await scope.run(sql`delete from notification_queue where org_id = ${scope.orgId}`)
}

/** Whoever asked or was asked to come in reads on his own screens that there is nothing to come into. */
async function turnAway({ orgId, now }: MemberCtx, scope: OrgScope): Promise<void> {
  const idsOf = (rows: readonly { id: string }[]) => rows.map(({ id }) => id)
  const asking = await scope.rows<{ id: string }>(
    sql`select person_id as id from join_requests where org_id = ${orgId} and state = 'waiting'`,
  )
  await notifyPersons(scope, idsOf(asking), { type: 'account' })
  const asked = await scope.rows<{ id: string }>(sql`
    select p.id from team_invitations i join persons p on p.phone = i.phone and p.registered_at is not null
    where i.org_id = ${orgId} and i.state = 'waiting' and i.expires_at > ${now}`)
  await notifyPersons(scope, idsOf(asked), { type: 'invitations' })
  for (const table of [sql`certifications`, sql`certification_queue`])
    await scope.run(sql`
      update ${table} set state = 'withdrawn', decided_at = ${now} where org_id = ${orgId} and state = 'submitted'`)
}

const atOnce = 1000

/** Everybody, in pieces: the one who does it among them. */
async function putOut(scope: OrgScope): Promise<void> {
  const { orgId } = scope
  await scope.run(sql`delete from admin_elevations where org_id = ${orgId}`)
  for (;;) {
    const gone = await scope.rows<{ person_id: string; userid: string }>(sql`
      delete from person_orgs where org_id = ${orgId} and userid in (
        select userid from person_orgs where org_id = ${orgId} limit ${atOnce})
      returning person_id, userid`)
    if (gone.length === 0) return
    const userids = array(gone.map(({ userid }) => userid))
    await scope.run(sql`delete from members where org_id = ${orgId} and userid = any(${userids}::text[])`)
    const known = await scope.rows<{ id: string }>(sql`
      select id from persons where registered_at is not null
        and id = any(${array(gone.map((row) => row.person_id))}::uuid[])`)
    await notifyPersons(
      scope,
      known.map(({ id }) => id),
      { type: 'orgs', orgId, isDissolved: true },
    )
    await forgetUnknown(scope, gone)
    await breathe()
  }
}
