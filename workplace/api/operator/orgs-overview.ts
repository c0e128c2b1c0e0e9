import { sql } from 'drizzle-orm'
import type { CertificationLevel } from '../../contracts/certification.ts'
import type { OverviewOrg } from '../../contracts/operator-orgs.ts'
import type { Ctx } from '../http/context.ts'
import { readCursor, toPage } from '../http/page.ts'

interface OrgRow {
  id: string
  corp_id: string
  name: string
  location: string
  people: number
  certification: OverviewOrg['certification']
  certification_level: CertificationLevel | null
  created_at: Date
  dissolved_at: Date | null
}

const view = (row: OrgRow): OverviewOrg => ({
  orgId: row.id,
  corpId: row.corp_id,
  name: row.name,
  location: row.location,
  people: row.people,
  certification: row.certification,
  level: row.certification === 'approved' ? (row.certification_level ?? 'advanced') : null,
  createdAt: row.created_at.toISOString(),
  dissolvedAt: row.dissolved_at?.toISOString() ?? null,
})

/** People are counted by the index of persons: no org is looked into. */
export async function search(
  { deps }: Ctx,
  given: {
    cursor?: string
    limit?: number
    certification?: OverviewOrg['certification']
    search?: string
  },
): Promise<{ items: OverviewOrg[]; next: string | null; total: number }> {
  const limit = given.limit ?? 50
  const after = readCursor(given.cursor, 1)
  const words = given.search?.trim() ?? ''
  const wanted = sql`true
    ${given.certification ? sql`and o.certification = ${given.certification}` : sql``}
    ${words ? sql`and (strpos(lower(o.name), lower(${words})) > 0 or o.corp_id = ${words})` : sql``}`
  const rows = await deps.db.rows<OrgRow>(sql`
    select o.id, o.corp_id, o.name, o.location, o.certification, o.certification_level, o.created_at, o.dissolved_at,
      (select count(*) from person_orgs p where p.org_id = o.id) as people
    from orgs o where ${wanted} ${after ? sql`and o.id < ${after[0]}::uuid` : sql``}
    order by o.id desc limit ${limit + 1}`)
  const total = await deps.db.one<{ count: number }>(
    sql`select count(*) as count from orgs o where ${wanted}`,
  )
  return { ...toPage(rows, limit, { item: view, key: (row) => [row.id] }), total: total?.count ?? 0 }
}
