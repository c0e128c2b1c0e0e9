import { Type } from 'typebox'
import { civilDayOf, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { latestRunAt, nextRunAt, spanDays } from '@kangbao/shared/calendar/export-timing.ts'
import { onceStart } from '@kangbao/shared/calendar/period.ts'
import type { ExportSchedule } from '@kangbao/shared/contracts/export-schedules.ts'
import type { ExportRequest } from '@kangbao/shared/contracts/exports.ts'
import { Instant, Uuid } from '@kangbao/shared/contracts/fields.ts'
import { may } from '@kangbao/shared/contracts/permissions.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { Deps } from '../../deps.ts'
import { defineJob, exponential } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { RetryLater } from '../../jobs/retry-later.ts'
import { formById, formOrg, type PublishedForm } from '../forms/index.ts'
import { holdInstalled, planPush } from '../notifications/index.ts'
import { oweExport } from './exports.jobs.ts'
import { askerOf } from './exports.repo.ts'
import { inPeriods } from './periods.ts'
import { tellOwner } from './schedule-failures.ts'
import * as repo from './schedules.repo.ts'
import type { RunKey, ScheduleRow } from './schedules.repo.ts'

const dayMs = 86_400_000
const runsKeptMs = 90 * dayMs
/** Somebody's own export is in the way: asked again so often, and given up after half a day. */
const againAfterMs = 30_000
const waitsMs = dayMs / 2
const mostAdminsTold = 50

/** Owes the next run of a schedule. The row says when it is: this may come too early, never twice. */
export async function oweRun(
  scope: OrgScope,
  scheduleId: string,
  now: EpochMs,
  notBefore: EpochMs,
): Promise<void> {
  const data = { orgId: scope.orgId, scheduleId }
  await emit(scope, runSchedule, data, { now, notBefore, dedupKey: scheduleId })
}

/**
 * A scheduled export is due: owes each recipient a file of his own, and the next run. After a time without a worker the
 * newest moment that is due is made up for, once.
 */
export const runSchedule = defineJob({
  name: 'exports.schedule',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, scheduleId: Uuid }),
  retryAfterMs: exponential(2_000, 300_000),
  async run({ orgId, scheduleId }, { deps, inOrg }) {
    const now = deps.clock.now()
    await inOrg(orgId, async (scope) => {
      const row = await repo.locked(scope, scheduleId)
      const form = row && (await formById(scope, row.formId))
      if (!row || !form || row.state !== 'active' || row.nextAt === null) return
      if (row.nextAt > now) return oweRun(scope, row.id, now, row.nextAt)
      const zone = (await formOrg(scope)).timeZone
      const dueAt = latestRunAt(row.timing, row.nextAt, now, zone)
      const reason = await whyStopped(scope, row, form, { dueAt, zone })
      if (reason !== null) return stop(deps, scope, row, reason)
      // Taken away for a while: nothing goes out, and it goes on when the app is back.
      if (await holdInstalled(scope, 'forms')) await oweFiles(scope, row, dueAt, now)
      const nextAt = nextRunAt(row.timing, Math.max(now, dueAt), zone)
      await repo.update(scope, { ...row, nextAt })
      await oweRun(scope, row.id, now, nextAt)
    })
  },
})

async function oweFiles(scope: OrgScope, row: ScheduleRow, dueAt: EpochMs, now: EpochMs): Promise<void> {
  await repo.removeRuns(scope, row.id, now - runsKeptMs)
  for (const memberId of row.recipients) {
    if (!(await repo.insertRun(scope, { scheduleId: row.id, dueAt, memberId }))) continue
    const data = {
      orgId: scope.orgId,
      scheduleId: row.id,
      dueAt: new Date(dueAt).toISOString(),
      memberId,
    }
    await emit(scope, shareExport, data, { now })
  }
}

type StopReason = NonNullable<ExportSchedule['stoppedFor']>

/** Why a schedule may not go on. It ends with its form, when the days it spans lie behind the end. */
async function whyStopped(
  scope: OrgScope,
  { ownerId, content, timing, recipients }: ScheduleRow,
  form: PublishedForm,
  { dueAt, zone }: { readonly dueAt: EpochMs; readonly zone: string },
): Promise<StopReason | null> {
  const owner = await askerOf(scope, ownerId)
  if (!owner || recipients.length === 0) return 'owner-left'
  if (!may(owner.role, 'forms.publish')) return 'owner-rights'
  if (form.endedAt === null) return null
  const { from } = spanDays(content.span ?? 'yesterday', timing, civilDayOf(dueAt, zone))
  return from > civilDayOf(form.endedAt, zone) ? 'form-ended' : null
}

/** Stops it, and tells the admins who could take it over. */
async function stop(deps: Deps, scope: OrgScope, row: ScheduleRow, reason: StopReason): Promise<void> {
  const now = deps.clock.now()
  await repo.update(scope, { ...row, state: 'stopped', stoppedFor: reason, nextAt: null })
  await appendAudit(scope, {
    action: 'export.schedule-stopped',
    object: `form:${row.formId}/export-schedule:${row.id}`,
    detail: { reason },
    at: now,
  })
  const admins = await repo.adminsWhoMay(scope, 'forms.publish', mostAdminsTold)
  await planPush(deps, scope, {
    formId: row.formId,
    periodStart: onceStart,
    kind: 'export-stopped',
    plannedAt: now,
    subject: reason,
    recipients: admins.map(({ memberId }) => memberId),
  })
}

/**
 * Begins one recipient's file, in his name and with what he may see then; he is told when it is ready. One at a time per
 * person, so it waits for what he is having made himself.
 */
export const shareExport = defineJob({
  name: 'exports.share',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, scheduleId: Uuid, dueAt: Instant, memberId: Uuid }),
  retryAfterMs: exponential(2_000, 300_000),
  async run({ orgId, scheduleId, dueAt, memberId }, { deps, inOrg }) {
    const now = deps.clock.now()
    const run: RunKey = { scheduleId, dueAt: Date.parse(dueAt), memberId }
    const isSettled = await inOrg(orgId, async (scope) => {
      const row = await repo.locked(scope, scheduleId)
      const form = row && (await formById(scope, row.formId))
      if (!row || !form || !(await repo.holdOpenRun(scope, run))) return true
      const asker = await askerOf(scope, memberId)
      if (!asker || !may(asker.role, 'submissions.read')) {
        await repo.endRun(scope, run, 'no-right')
        await tellOwner(deps, scope, run, 'no-right')
        return true
      }
      const id = newId()
      const request = requestOf(row, form, run.dueAt, (await formOrg(scope)).timeZone)
      if (!(await oweExport(scope, { id, memberId, formId: form.id, request, reason: null, now }))) {
        if (now - run.dueAt <= waitsMs) return false
        await repo.endRun(scope, run, 'failed')
        await tellOwner(deps, scope, run, 'busy')
        return true
      }
      await repo.beginRun(scope, run, id)
      const { shape, format } = request
      const detail = { shape, format, from: request.from ?? null, to: request.to ?? null, reason: null }
      const object = `form:${form.id}/export-schedule:${scheduleId}`
      await appendAudit(scope, {
        action: 'export.started',
        object,
        people: [memberId],
        detail,
        at: now,
      })
      return true
    })
    if (!isSettled) throw new RetryLater(againAfterMs, 'an export of this person is running')
  },
})

function requestOf(
  { content: { span, by = ['chat'], ...content }, timing }: ScheduleRow,
  { periodKind }: PublishedForm,
  dueAt: EpochMs,
  zone: string,
): ExportRequest {
  const days = span === undefined ? {} : spanDays(span, timing, civilDayOf(dueAt, zone))
  const told = { tells: by.includes('chat'), mails: by.includes('mail') }
  return inPeriods({ ...content, ...days, ...told }, periodKind)
}
