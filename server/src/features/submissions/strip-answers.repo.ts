import { sql } from 'drizzle-orm'
import { civilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { answeredOn } from '@kangbao/shared/forms/answering-day.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { facetsOf } from '@kangbao/shared/forms/facets.ts'
import { isAnsweredAt, withoutAnswers } from '@kangbao/shared/forms/paths.ts'
import { findingsOf, isAbnormal } from '@kangbao/shared/rules/findings.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Vault } from '../../ports/vault.ts'
import { keepOnly } from '../files/index.ts'
import { definitionOf, formOrg } from '../forms/index.ts'
import { fileIdsIn, ownerOfSubmission } from './answer-files.ts'
import { answersPlace } from './filing.ts'
import { givenAt } from './given-at.repo.ts'

interface Row extends Record<string, unknown> {
  /** Of the submission, the same for all its revisions. */
  readonly id: string
  readonly form_id: string
  readonly day: string
  /** When this revision was given. */
  readonly given_at: string | Date
  readonly revision: number
  readonly form_version: number
  readonly answers: Buffer
}

/**
 * Takes the answers to some fields out of everything a member filed for these forms, revisions included (S-40): opened,
 * thinned and sealed again for the same place. Returns how many rows changed.
 */
export async function stripAnswers(
  scope: OrgScope,
  vault: Vault,
  given: {
    readonly memberId: string
    readonly formIds: readonly string[]
    readonly fields: readonly string[]
    readonly now: EpochMs
  },
): Promise<number> {
  let changed = 0
  const zone = (await formOrg(scope)).timeZone
  for (const table of ['submissions', 'submission_revisions'] as const)
    for (const row of await rowsOf(scope, table, given))
      if (await strip(scope, vault, table, { ...row, member_id: given.memberId }, { ...given, zone }))
        changed += 1
  return changed
}

async function rowsOf(
  { tx, orgId }: OrgScope,
  table: 'submissions' | 'submission_revisions',
  { memberId, formIds }: { readonly memberId: string; readonly formIds: readonly string[] },
): Promise<Row[]> {
  // Revisions have no index by member: they are found by the periods he has answers for.
  const { rows } = await tx.execute<Row>(sql`
    select s.id, t.form_id, t.period_start::text as day, ${givenAt(orgId, 't', table)} as given_at, t.revision, t.form_version, t.answers
    from submissions s
    join ${sql.identifier(table)} t on t.org_id = s.org_id and t.form_id = s.form_id and t.period_start = s.period_start
      and t.member_id = s.member_id
    where s.org_id = ${orgId} and s.member_id = ${memberId} and s.form_id = any(${sql.param([...formIds])}::uuid[])
    for update of t`)
  return rows
}

async function strip(
  scope: OrgScope,
  vault: Vault,
  table: 'submissions' | 'submission_revisions',
  row: Row & { readonly member_id: string },
  { fields, now, zone }: { readonly fields: readonly string[]; readonly now: EpochMs; readonly zone: string },
): Promise<boolean> {
  const { tx, orgId } = scope
  const periodStart = civilDate(row.day)
  const place = answersPlace(
    { orgId, formId: row.form_id, periodStart, memberId: row.member_id },
    row.revision,
  )
  const answers = JSON.parse(await vault.open(place, row.answers)) as Answers // sealed by the writer
  if (!fields.some((field) => isAnsweredAt(answers, field))) return false
  const left = withoutAnswers(answers, fields)
  const definition = await definitionOf(scope, row.form_id, row.form_version)
  if (!definition) return false
  const day = answeredOn(definition.period, periodStart, new Date(row.given_at).getTime(), zone)
  const findings = findingsOf(definition, left, day)
  await tx.execute(sql`
    update ${sql.identifier(table)} set answers = ${await vault.seal(place, JSON.stringify(left))},
      facets = ${sql.param([...facetsOf(definition, left, findings)])}::int[], is_abnormal = ${isAbnormal(findings)}
    where org_id = ${orgId} and form_id = ${row.form_id} and period_start = ${row.day}
      and member_id = ${row.member_id} and revision = ${row.revision}`)
  // Files are those of the newest revision; a former one only names them.
  if (table === 'submissions')
    await keepOnly(scope, ownerOfSubmission(row.id), fileIdsIn(definition, left), now)
  return true
}
