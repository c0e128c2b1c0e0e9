import { sql } from 'drizzle-orm'
import { civilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { CaseEvent, CaseState } from '@kangbao/shared/cases/case-acts.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Vault } from '../../ports/vault.ts'
import { notePlace } from './cases.service.ts'

/** A case about somebody's own answer; who wrote what is left out: that is about the managers. */
export interface OwnCase {
  readonly formId: string
  readonly formVersion: number
  readonly periodStart: CivilDate
  readonly state: CaseState
  readonly openedAt: string
  readonly acts: readonly { readonly at: string; readonly act: CaseEvent; readonly note: string | null }[]
}

/** Every case about a member with all that was done about it, oldest first (S-43: notes on a person are his data). */
export async function casesAbout(
  { tx, orgId }: OrgScope,
  vault: Vault,
  memberId: string,
): Promise<OwnCase[]> {
  const { rows } = await tx.execute<{
    form_id: string
    version: number
    day: string
    state: CaseState
    opened_at: string | Date
    acts: { id: string; at: string; act: CaseEvent; note: string | null }[]
  }>(sql`
    select c.form_id, f.version, c.period_start::text as day, c.state, c.opened_at,
      coalesce((select json_agg(json_build_object('id', n.id, 'at', n.written_at, 'act', n.kind,
          'note', encode(n.note, 'base64')) order by n.written_at, n.id)
        from case_notes n where n.org_id = c.org_id and n.form_id = c.form_id and n.period_start = c.period_start
          and n.member_id = c.member_id), '[]') as acts
    from abnormal_cases c join forms f on f.org_id = c.org_id and f.id = c.form_id
    where c.org_id = ${orgId} and c.member_id = ${memberId} order by c.opened_at, c.form_id`)
  return Promise.all(
    rows.map(async (row) => ({
      formId: row.form_id,
      formVersion: row.version,
      periodStart: civilDate(row.day),
      state: row.state,
      openedAt: new Date(row.opened_at).toISOString(),
      acts: await Promise.all(
        row.acts.map(async ({ id, at, act, note }) => ({
          at: new Date(at).toISOString(),
          act,
          note: note && (await vault.open(notePlace(orgId, id), Buffer.from(note, 'base64'))),
        })),
      ),
    })),
  )
}
