import { sql } from 'drizzle-orm'
import type { Role } from '../../contracts/accounts.ts'
import { enterOrg, type Queries } from '../db/database.ts'
import { takeOut } from '../directory/members.service.ts'
import { AppError, found } from '../errors.ts'
import { notifyPersons } from '../events/notify.ts'
import type { SessionCtx } from '../http/context.ts'
import { listMemberships, type Membership } from './accounts.service.ts'
import { useCode } from './sms-codes.ts'

/**
 * Out of every org, and the account is gone: sessions, password, picture and requests with it. What was written in an org
 * stays with that org, as a letter stays with its receiver.
 * @throws AppError `account.last-admin` with the names of the orgs nobody else manages; then nothing is changed.
 */
export async function deleteAccount(ctx: SessionCtx, code: string): Promise<{ done: true }> {
  const { deps, personId } = ctx
  const { phone } = found(
    await deps.db.one<{ phone: string }>(sql`select phone from persons where id = ${personId}`),
  )
  await useCode(ctx, phone, code, 'delete')
  await deps.db.transaction(async (tx) => {
    const held: string[] = []
    for (const membership of await listMemberships(tx, personId))
      if (!(await leave(ctx, tx, membership))) held.push(membership.name)
    if (held.length > 0) throw new AppError('account.last-admin', { orgs: held })
    await notifyPersons(tx, [personId], { type: 'account' })
    await tx.run(sql`delete from persons where id = ${personId}`)
  })
  return { done: true }
}

/** @returns false where the person is the only main admin. */
async function leave({ deps }: SessionCtx, tx: Queries, { orgId, userid }: Membership): Promise<boolean> {
  const scope = await enterOrg(tx, orgId)
  const member = await scope.one<{ role: Role }>(
    sql`select role from members where org_id = ${orgId} and userid = ${userid} for update`,
  )
  if (!member) return true
  try {
    await takeOut({ scope, deps }, userid, member.role)
    return true
  } catch (error) {
    // Refused before anything was written, so the transaction still stands.
    if (error instanceof AppError && error.code === 'member.last-admin') return false
    throw error
  }
}
