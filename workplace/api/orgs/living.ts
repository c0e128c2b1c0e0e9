import { sql } from 'drizzle-orm'
import type { OrgScope } from '../db/database.ts'
import { AppError } from '../errors.ts'

export async function isDissolved(scope: OrgScope): Promise<boolean> {
  const row = await scope.one(sql`select 1 from orgs where id = ${scope.orgId} and dissolved_at is not null`)
  return row !== null
}

/**
 * Nobody gets into a team that was dissolved. The lock is the one a new member's row takes anyway, taken before the
 * question: a team that is just being dissolved is waited for, and then is.
 * @throws AppError `org.dissolved`
 */
export async function requireLiving(scope: OrgScope): Promise<void> {
  await scope.run(sql`select 1 from orgs where id = ${scope.orgId} for key share`)
  if (await isDissolved(scope)) throw new AppError('org.dissolved')
}
