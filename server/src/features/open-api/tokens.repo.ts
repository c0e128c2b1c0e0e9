import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { ApiScope } from '@kangbao/shared/contracts/api-scope.ts'
import type { ApiToken } from '@kangbao/shared/contracts/api-tokens.ts'
import { isMakerFit } from '../../db/api-tokens.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

interface TokenRow extends Record<string, unknown> {
  readonly id: string
  readonly name: string
  readonly beginning: string
  readonly scopes: ApiScope[]
  readonly made_by: string
  readonly made_at: string
  readonly expires_at: string
  readonly used_at: string | null
  readonly is_revoked: boolean
  readonly is_fit: boolean
}

const iso = (at: string) => new Date(at).toISOString()

function stateOf(row: TokenRow, now: EpochMs): ApiToken['state'] {
  if (row.is_revoked) return 'revoked'
  if (Date.parse(row.expires_at) <= now) return 'expired'
  return row.is_fit ? 'active' : 'stopped'
}

const asToken =
  (now: EpochMs) =>
  (row: TokenRow): ApiToken => ({
    id: row.id,
    name: row.name,
    beginning: row.beginning,
    scopes: row.scopes,
    state: stateOf(row, now),
    madeBy: row.made_by,
    madeAt: iso(row.made_at),
    expiresAt: iso(row.expires_at),
    usedAt: row.used_at && iso(row.used_at),
  })

const columns = sql`t.id, t.name, t.beginning, t.scopes, coalesce(m.name, '') as made_by, t.made_at, t.expires_at,
  t.used_at, t.revoked_at is not null as is_revoked, coalesce(${isMakerFit}, false) as is_fit`

/** Newest first. */
export async function list(
  { tx, orgId }: OrgScope,
  {
    before,
    limit,
    now,
  }: { readonly before: string | undefined; readonly limit: number; readonly now: EpochMs },
): Promise<ApiToken[]> {
  const { rows } = await tx.execute<TokenRow>(sql`
    select ${columns} from api_tokens t left join members m on m.org_id = ${orgId} and m.id = t.made_by
    where t.org_id = ${orgId} ${before === undefined ? sql`` : sql`and t.id < ${before}::uuid`}
    order by t.id desc limit ${limit}`)
  return rows.map(asToken(now))
}

export async function byId({ tx, orgId }: OrgScope, id: string, now: EpochMs): Promise<ApiToken | null> {
  const { rows } = await tx.execute<TokenRow>(sql`
    select ${columns} from api_tokens t left join members m on m.org_id = ${orgId} and m.id = t.made_by
    where t.org_id = ${orgId} and t.id = ${id}`)
  return rows.map(asToken(now))[0] ?? null
}

export async function countOpen({ tx, orgId }: OrgScope, now: EpochMs): Promise<number> {
  const { rows } = await tx.execute<{ count: number }>(sql`
    select count(*)::int as count from api_tokens
    where org_id = ${orgId} and revoked_at is null and expires_at > ${instant(now)}`)
  return rows[0]?.count ?? 0
}

export interface NewToken {
  readonly id: string
  readonly name: string
  readonly beginning: string
  readonly scopes: readonly ApiScope[]
  readonly tokenHash: Buffer
  readonly madeBy: string
  readonly now: EpochMs
  readonly expiresAt: EpochMs
}

export async function insert({ tx, orgId }: OrgScope, token: NewToken): Promise<void> {
  await tx.execute(sql`
    insert into api_tokens (org_id, id, name, beginning, scopes, token_hash, made_by, made_at, expires_at)
    values (${orgId}, ${token.id}, ${token.name}, ${token.beginning}, ${sql.param([...token.scopes])}::text[],
      ${token.tokenHash}, ${token.madeBy}, ${instant(token.now)}, ${instant(token.expiresAt)})`)
}

/** Revoking twice is revoking once: false the second time. */
export async function revoke({ tx, orgId }: OrgScope, id: string, now: EpochMs): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    update api_tokens set revoked_at = ${instant(now)}
    where org_id = ${orgId} and id = ${id} and revoked_at is null`)
  return rowCount === 1
}
