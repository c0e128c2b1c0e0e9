import { sql } from 'drizzle-orm'
import { found } from '../../errors.ts'
import { literal, type Database, type SystemScope } from '../../db/database.ts'
import { systemOrgId } from '../../jobs/outbox.repo.ts'
import { headText } from './anchor.ts'
import { headOf, installationLog } from './chain.repo.ts'

/** Orgs with rows that wait for a link; null stands for the installation. */
export async function waitingLogs({ tx }: SystemScope, limit: number): Promise<(string | null)[]> {
  const { rows } = await tx.execute<{ org_id: string }>(
    sql`select distinct org_id from audit_waiting limit ${limit}`,
  )
  return rows.map(({ org_id: orgId }) => (orgId === systemOrgId ? null : orgId))
}

export async function allOrgIds({ tx }: SystemScope): Promise<string[]> {
  const { rows } = await tx.execute<{ id: string }>(sql`select id from orgs order by id`)
  return rows.map(({ id }) => id)
}

/** True time, by which rows become due: no clock of ours moves it. */
export async function databaseTime({ tx }: SystemScope): Promise<number> {
  const { rows } = await tx.execute<{ now: number }>(
    sql`select (extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
  )
  return rows[0]?.now ?? 0
}

export async function orgZone({ tx }: SystemScope, orgId: string): Promise<string> {
  const { rows } = await tx.execute<{ time_zone: string }>(
    sql`select time_zone from orgs where id = ${orgId}`,
  )
  return found(rows[0]).time_zone
}

export interface UndigestedOrg {
  readonly id: string
  readonly timeZone: string
  readonly digestedUntil: number | null
}

/** Orgs whose filings are not sealed up to a moment, the longest waiting first. */
export async function undigestedOrgs(
  { tx }: SystemScope,
  before: number,
  limit: number,
): Promise<UndigestedOrg[]> {
  const { rows } = await tx.execute<{ id: string; time_zone: string; digested_until: string | null }>(sql`
    select id, time_zone, digested_until from orgs
    where digested_until is null or digested_until <= ${new Date(before).toISOString()}::timestamptz
    order by digested_until nulls first limit ${limit}`)
  return rows.map(({ id, time_zone: timeZone, digested_until: until }) => ({
    id,
    timeZone,
    digestedUntil: until === null ? null : Date.parse(until),
  }))
}

const orgsAtOnce = 200

/** Where every chain ends, by log. */
export async function allHeads(database: Database): Promise<Record<string, string>> {
  const heads: Record<string, string> = {}
  const { own, orgIds } = await database.inSystem(async (system) => ({
    own: await headOf(system),
    orgIds: await allOrgIds(system),
  }))
  if (own) heads[installationLog] = headText(own)
  for (let from = 0; from < orgIds.length; from += orgsAtOnce) {
    const some = orgIds.slice(from, from + orgsAtOnce)
    const found = await database.inOneTrip(
      some.map((orgId) => ({
        orgId,
        text: `select seq, mac from audit_links where org_id = ${literal(orgId)}::uuid order by seq desc limit 1`,
      })),
    )
    some.forEach((orgId, i) => {
      const row = found[i]?.[0] as { seq: string; mac: Buffer } | undefined // the columns of the statement above
      if (row) heads[orgId] = headText({ seq: Number(row.seq), mac: row.mac })
    })
  }
  return heads
}
