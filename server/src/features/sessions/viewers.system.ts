import { sql, type SQL } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { RegionViewer } from '@kangbao/shared/contracts/viewers.ts'
import type { SystemScope } from '../../db/database.ts'
import { instant } from '../../db/instant.ts'

async function select({ tx }: SystemScope, where: SQL): Promise<RegionViewer[]> {
  const { rows } = await tx.execute<{ id: string; name: string; region: string; added_at: string }>(sql`
    select id, name, region, added_at from region_viewers where ${where}`)
  return rows.map(({ id, name, region, added_at }) => ({
    id,
    name,
    region,
    addedAt: new Date(added_at).toISOString(),
  }))
}

export async function viewerById(system: SystemScope, id: string): Promise<RegionViewer | null> {
  return (await select(system, sql`id = ${id}`))[0] ?? null
}

export async function viewerByPhone(system: SystemScope, phoneHash: Buffer): Promise<RegionViewer | null> {
  return (await select(system, sql`phone_hash = ${phoneHash}`))[0] ?? null
}

/** Newest first. */
export function listViewers(
  system: SystemScope,
  { before, limit }: { readonly before: string | null; readonly limit: number },
): Promise<RegionViewer[]> {
  const from = before === null ? sql`true` : sql`id < ${before}::uuid`
  return select(system, sql`${from} order by id desc limit ${limit}`)
}

export interface NewViewer {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly phoneHash: Buffer
  readonly now: EpochMs
}

/** False when another viewer has the phone. */
export async function insertViewer({ tx }: SystemScope, viewer: NewViewer): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`
    insert into region_viewers (id, phone_hash, name, region, added_at)
    values (${viewer.id}, ${viewer.phoneHash}, ${viewer.name}, ${viewer.region}, ${instant(viewer.now)})
    on conflict (phone_hash) do nothing`)
  return rowCount === 1
}

/** False when there is no such viewer. */
export async function deleteViewer({ tx }: SystemScope, id: string): Promise<boolean> {
  const { rowCount } = await tx.execute(sql`delete from region_viewers where id = ${id}`)
  return rowCount === 1
}
