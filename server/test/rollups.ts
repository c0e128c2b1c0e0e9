import { randomBytes } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { ReportKind } from '@kangbao/shared/contracts/reports.ts'
import { newId } from '../src/db/ids.ts'
import type { TestServer } from './server.ts'

export interface MadeReport {
  readonly orgId: string
  readonly day: string
  readonly sequence: number
  readonly counts: Readonly<Record<string, number>>
  readonly kind?: ReportKind
  /** Where it has got to; by default there is a receipt. */
  readonly state?: 'queued' | 'refused' | 'delivered'
}

export const healthCounts = (totalMembers: number, collected: number, abnormal = 0, fever = 0) => ({
  totalMembers,
  collected,
  notCollected: totalMembers - collected,
  abnormal,
  fever,
})

/** A report as it is made and then settled. */
export async function reported(
  { deps }: TestServer,
  { orgId, day, sequence, counts, kind = 'health', state = 'delivered' }: MadeReport,
): Promise<void> {
  const id = newId()
  const at = new Date(deps.clock.now()).toISOString()
  await deps.database.inOrg(orgId, { kind: 'system', name: 'test' }, async ({ tx }) => {
    await tx.execute(sql`
      insert into reports (org_id, id, kind, sequence, day, counts, org_name, made_at)
      values (${orgId}, ${id}, ${kind}, ${sequence}, ${day}, ${JSON.stringify(counts)}::jsonb, '测试企业', ${at})`)
    await tx.execute(sql`update reports set state = ${state} where org_id = ${orgId} and id = ${id}`)
  })
}

/** Says where an organisation is, as the operator would. */
export async function placed({ deps }: TestServer, orgId: string, region: string): Promise<void> {
  await deps.database.inSystem(({ tx }) =>
    tx.execute(sql`update orgs set region = ${region} where id = ${orgId}`),
  )
}

/** Somebody of the government who sees a region; returns his id. */
export async function newRegionViewer({ deps }: TestServer, region: string): Promise<string> {
  const id = newId()
  await deps.database.inSystem(({ tx }) =>
    tx.execute(sql`
      insert into region_viewers (id, phone_hash, name, region, added_at)
      values (${id}, ${randomBytes(32)}, '督查员', ${region}, ${new Date(deps.clock.now()).toISOString()})`),
  )
  return id
}
