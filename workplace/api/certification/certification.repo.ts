import { sql } from 'drizzle-orm'
import type { Certification, CertificationLevel, Paper, ReturnReason } from '../../contracts/certification.ts'
import type { OrgScope } from '../db/database.ts'
import type { Deps } from '../deps.ts'
import { found } from '../errors.ts'
import { notifyOrg } from '../events/notify.ts'
import { emitOrg } from '../pushes/emit.ts'

export interface CertificationRow {
  id: string
  org_name: string
  kind: Certification['kind']
  applicant_name: string
  id_number: Buffer | null
  id_masked: string
  registered_name: string
  credit_code: string
  licence: Paper | null
  letter: Paper | null
  state: Certification['state']
  level: CertificationLevel | null
  reasons: ReturnReason[]
  submitted_at: Date
  decided_at: Date | null
}

const columns = sql`c.id, o.name as org_name, c.kind, c.applicant_name, c.id_number, c.id_masked, c.registered_name,
  c.credit_code, c.state, c.level, c.reasons, c.submitted_at, c.decided_at,
  (select json_build_object('id', f.id, 'mime', f.mime, 'size', f.size) from certification_files f
    where f.org_id = c.org_id and f.id = c.licence_id) as licence,
  (select json_build_object('id', f.id, 'mime', f.mime, 'size', f.size) from certification_files f
    where f.org_id = c.org_id and f.id = c.letter_id) as letter
  from certifications c join orgs o on o.id = c.org_id`

export const latest = (scope: OrgScope): Promise<CertificationRow | null> =>
  scope.one<CertificationRow>(
    sql`select ${columns} where c.org_id = ${scope.orgId} order by c.id desc limit 1`,
  )

export const byId = async (scope: OrgScope, id: string): Promise<CertificationRow> =>
  found(
    await scope.one<CertificationRow>(
      sql`select ${columns} where c.org_id = ${scope.orgId} and c.id = ${id}`,
    ),
  )

export const view = (orgId: string, row: CertificationRow): Certification => ({
  id: row.id,
  orgId,
  orgName: row.org_name,
  kind: row.kind,
  applicantName: row.applicant_name,
  idNumber: row.id_masked,
  registeredName: row.registered_name,
  creditCode: row.credit_code,
  licence: row.licence,
  letter: row.letter,
  state: row.state,
  level: row.level,
  reasons: row.reasons,
  submittedAt: row.submitted_at.toISOString(),
  decidedAt: row.decided_at?.toISOString() ?? null,
})

/** Where the ID number of a request is sealed to. */
export const idNumberPlace = (orgId: string, id: string): string => `certifications/${orgId}/${id}/id-number`

export interface OrgStanding {
  certification: 'none' | 'submitted' | 'approved' | 'returned'
  certification_level: CertificationLevel | null
}

/** The level the org holds now; one certified before there were levels holds the highest. */
export async function levelHeld(scope: OrgScope): Promise<CertificationLevel | null> {
  const org = found(
    await scope.one<OrgStanding>(
      sql`select certification, certification_level from orgs where id = ${scope.orgId}`,
    ),
  )
  return org.certification === 'approved' ? (org.certification_level ?? 'advanced') : null
}

/** What a level once granted opened stays open while another request waits or is returned. */
export async function setStanding(
  scope: OrgScope,
  deps: Deps,
  standing: 'none' | 'submitted' | 'returned' | { level: CertificationLevel },
): Promise<void> {
  if (typeof standing === 'object') {
    await scope.run(sql`
      update orgs set certification = 'approved', certification_level = ${standing.level}
      where id = ${scope.orgId}`)
    // Apps are told what they are let know: whether it is certified, not that it has asked to be.
    await emitOrg(scope, deps, 'org_update')
  } else
    await scope.run(sql`
      update orgs set certification = ${standing} where id = ${scope.orgId} and certification <> 'approved'`)
  await notifyOrg(scope, { type: 'orgs', orgId: scope.orgId }, 'admins')
}
