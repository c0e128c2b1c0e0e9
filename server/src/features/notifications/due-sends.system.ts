import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { SystemScope } from '../../db/database.ts'
import type { StepKind } from './due-sends.repo.ts'

export interface ClaimedStep {
  readonly orgId: string
  readonly formId: string
  readonly kind: StepKind
  readonly sendAt: string
  readonly dueAt: string
}

/** Takes steps that are due, over all orgs; the cost grows with what is due, not with how many orgs there are. */
export async function takeDueSteps(
  { tx }: SystemScope,
  { now, limit }: { now: EpochMs; limit: number },
): Promise<ClaimedStep[]> {
  const { rows } = await tx.execute<{
    org_id: string
    form_id: string
    kind: StepKind
    send_at: string
    due_at: string
  }>(sql`
    delete from due_sends where (org_id, form_id, kind, send_at) in (
      select org_id, form_id, kind, send_at from due_sends
      where due_at <= ${new Date(now).toISOString()}::timestamptz
      order by due_at limit ${limit}
      for update skip locked)
    returning org_id, form_id, kind, send_at, due_at`)
  return rows.map((row) => ({
    orgId: row.org_id,
    formId: row.form_id,
    kind: row.kind,
    sendAt: new Date(row.send_at).toISOString(),
    dueAt: new Date(row.due_at).toISOString(),
  }))
}
