import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { ApiScope } from '@kangbao/shared/contracts/api-scope.ts'
import type { Role } from '@kangbao/shared/contracts/permissions.ts'
import type { OrgScope } from './database.ts'
import { instant } from './instant.ts'

/** Whose token it is, as he is now: who is no main admin any more has no tokens. */
export const isMakerFit: SQL = sql.raw(`m.role = 'main-admin' and m.left_at is null and not m.is_guest`)

export interface GoodToken {
  readonly memberId: string
  readonly role: Role
  readonly scopes: readonly ApiScope[]
}

/** The token with this id and hash, if it is good now, in an organisation that is there. */
export async function findGoodToken(
  { tx, orgId }: OrgScope,
  { tokenId, tokenHash, now }: { tokenId: string; tokenHash: Buffer; now: EpochMs },
): Promise<GoodToken | null> {
  const { rows } = await tx.execute<{ member_id: string; role: Role; scopes: ApiScope[] }>(sql`
    select m.id as member_id, m.role, t.scopes from api_tokens t
    join orgs o on o.id = ${orgId} and o.state = 'active'
    join members m on m.org_id = ${orgId} and m.id = t.made_by and ${isMakerFit}
    where t.org_id = ${orgId} and t.id = ${tokenId} and t.token_hash = ${tokenHash}
      and t.revoked_at is null and t.expires_at > ${instant(now)}`)
  const row = rows[0]
  return row ? { memberId: row.member_id, role: row.role, scopes: row.scopes } : null
}

/** To the minute, so that a program that asks often does not wait for one row. */
export async function noteUse({ tx, orgId }: OrgScope, tokenId: string, now: EpochMs): Promise<void> {
  await tx.execute(sql`
    update api_tokens set used_at = ${instant(now)} where org_id = ${orgId} and id = ${tokenId}
      and (used_at is null or used_at < ${instant(now - 60_000)})`)
}
