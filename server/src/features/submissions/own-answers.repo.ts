import { sql, type SQL } from 'drizzle-orm'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart, periodOf } from '@kangbao/shared/calendar/period.ts'
import type { FiledAs } from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Vault } from '../../ports/vault.ts'
import { definitionOf } from '../forms/index.ts'
import { answersPlace } from './filing.ts'

/** One revision of one's answers, opened. */
export interface OwnAnswers {
  readonly formId: string
  readonly definition: FormDefinition
  readonly period: string
  readonly number: string
  readonly revision: number
  readonly filedAt: string
  readonly isByOneself: boolean
  readonly filedAs: FiledAs | null
  readonly reason: string | null
  readonly answers: Answers
}

/** Everything a member ever filed, every revision of it, oldest first (S-43). */
export async function ownAnswers(scope: OrgScope, vault: Vault, memberId: string): Promise<OwnAnswers[]> {
  const { tx, orgId } = scope
  const filer = (sheet: SQL) => sql`(select f.name from members f
    where f.org_id = ${orgId} and f.id = ${sheet}.filed_by) as filer`
  const { rows } = await tx.execute<{
    form_id: string
    day: string
    number: string
    revision: number
    form_version: number
    answers: Buffer
    filed_by: string
    way: FiledAs['way'] | null
    filer: string | null
    reason: string | null
    at: string | Date
  }>(sql`
    with mine as (select * from submissions where org_id = ${orgId} and member_id = ${memberId})
    select form_id, period_start::text as day, number, revision, form_version, answers, filed_by, way, reason,
      revised_at as at, ${filer(sql`mine`)} from mine
    union all
    select r.form_id, r.period_start::text, m.number, r.revision, r.form_version, r.answers, r.filed_by, r.way, r.reason,
      r.filed_at, ${filer(sql`r`)} from mine m
    join submission_revisions r on r.org_id = m.org_id and r.form_id = m.form_id
      and r.period_start = m.period_start and r.member_id = m.member_id
    order by day, form_id, revision`)
  const found: OwnAnswers[] = []
  for (const row of rows) {
    const definition = await definitionOf(scope, row.form_id, row.form_version)
    if (!definition) continue
    const periodStart = civilDate(row.day)
    const place = answersPlace({ orgId, formId: row.form_id, periodStart, memberId }, row.revision)
    found.push({
      formId: row.form_id,
      definition,
      period: periodStart === onceStart ? 'once' : periodOf(definition.period, periodStart),
      number: row.number,
      revision: row.revision,
      filedAt: new Date(row.at).toISOString(),
      isByOneself: row.filed_by === memberId,
      filedAs: row.way && { way: row.way, by: row.filer ?? '' },
      reason: row.reason,
      answers: JSON.parse(await vault.open(place, row.answers)) as Answers, // sealed by the writer
    })
  }
  return found
}
