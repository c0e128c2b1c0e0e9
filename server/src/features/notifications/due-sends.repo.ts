import { sql } from 'drizzle-orm'
import type { EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import type { OrgScope } from '../../db/database.ts'
import type { ReminderKind } from './rung-kinds.ts'

/** A step of a form's schedule. */
export type StepKind = 'send' | ReminderKind | 'open-period'

export interface DueStep {
  readonly formId: string
  readonly kind: StepKind
  /** The planned moment of the send this step belongs to. */
  readonly sendAt: EpochMs
  readonly dueAt: EpochMs
}

const instant = (at: EpochMs) => new Date(at).toISOString()

/** Notes when a step is due; one already noted stays as it is. */
export async function insertStep({ tx, orgId }: OrgScope, step: DueStep): Promise<void> {
  await tx.execute(sql`
    insert into due_sends (org_id, form_id, kind, send_at, due_at)
    values (${orgId}, ${step.formId}, ${step.kind}, ${instant(step.sendAt)}, ${instant(step.dueAt)})
    on conflict do nothing`)
}

export async function removeSteps(
  { tx, orgId }: OrgScope,
  formId: string,
  kinds: readonly StepKind[],
): Promise<void> {
  await tx.execute(sql`
    delete from due_sends
    where org_id = ${orgId} and form_id = ${formId} and kind = any(${sql.param(kinds)}::text[])`)
}

export async function removeOrgSteps({ tx, orgId }: OrgScope): Promise<void> {
  await tx.execute(sql`delete from due_sends where org_id = ${orgId}`)
}

/** The next send of each form that has one. */
export async function nextSends(
  { tx, orgId }: OrgScope,
  formIds: readonly string[],
): Promise<Map<string, Date>> {
  const { rows } = await tx.execute<{ form_id: string; at: string }>(sql`
    select form_id, min(due_at) as at from due_sends
    where org_id = ${orgId} and form_id = any(${sql.param(formIds)}::uuid[]) and kind = 'send'
    group by form_id`)
  return new Map(rows.map(({ form_id, at }) => [form_id, new Date(at)]))
}

/** Takes what managers of the org are to be told until a moment, so that one message says it. */
export async function takeDigestSteps({ tx, orgId }: OrgScope, until: EpochMs): Promise<DueStep[]> {
  const { rows } = await tx.execute<{ form_id: string; kind: StepKind; send_at: string; due_at: string }>(sql`
    delete from due_sends
    where org_id = ${orgId} and kind in ('remind-heads', 'remind-admins') and due_at <= ${instant(until)}::timestamptz
    returning form_id, kind, send_at, due_at`)
  return rows.map(({ form_id, kind, send_at, due_at }) => ({
    formId: form_id,
    kind,
    sendAt: Date.parse(send_at),
    dueAt: Date.parse(due_at),
  }))
}
