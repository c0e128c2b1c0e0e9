import { nextRunAt } from '@kangbao/shared/calendar/export-timing.ts'
import type * as contracts from '@kangbao/shared/contracts/export-schedules.ts'
import { scheduleLimits, type ExportSchedule } from '@kangbao/shared/contracts/export-schedules.ts'
import type { ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import { newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { formById, formOrg } from '../forms/index.ts'
import { oweRun } from './schedules.jobs.ts'
import * as repo from './schedules.repo.ts'
import type { RunRow, ScheduleRow } from './schedules.repo.ts'

const runsShown = 5
/** Admins offered as recipients; an org that has more names the others by making them fewer. */
const mostCandidates = 500

/** Scheduled exports of a form with their newest runs, and whom one may be sent to. */
export async function list(
  ctx: MemberContext,
  formId: string,
): Promise<ResponseOf<typeof contracts.listExportSchedules>> {
  return ctx.inOrg(async (scope) => {
    found(await formById(scope, formId))
    const rows = await repo.listOf(scope, formId)
    const runs = await repo.newestRuns(scope, formId, runsShown)
    const names = await repo.namesOf(
      scope,
      rows.flatMap(({ ownerId, recipients }) => [ownerId, ...recipients]),
    )
    const candidates = await repo.adminsWhoMay(scope, 'submissions.read', mostCandidates)
    const nameOf = (memberId: string) => ({ memberId, name: names.get(memberId) ?? '' })
    return {
      items: rows.map((row) =>
        viewed(
          row,
          runs.filter(({ scheduleId }) => scheduleId === row.id),
          nameOf,
        ),
      ),
      candidates,
    }
  })
}

function viewed(
  { id, formId, ownerId, content, timing, recipients, state, stoppedFor, nextAt }: ScheduleRow,
  runs: readonly RunRow[],
  nameOf: (memberId: string) => ExportSchedule['owner'],
): ExportSchedule {
  const moments = [...new Set(runs.map(({ dueAt }) => dueAt))]
  return {
    ...{ id, formId, ...content, timing, state, stoppedFor },
    recipients: recipients.map(nameOf),
    owner: nameOf(ownerId),
    nextAt: nextAt === null ? null : new Date(nextAt).toISOString(),
    runs: moments.map((dueAt) => ({
      dueAt,
      people: runs
        .filter((run) => run.dueAt === dueAt)
        .map(({ memberId, name, outcome }) => ({ memberId, name, outcome })),
    })),
  }
}

/**
 * Plans an export; the first is made at the next moment the timing names.
 * @throws AppError `resource.missing`, `form.ended`, `export.range`, `export.recipient`, `export.schedules-full`.
 */
export async function add(
  ctx: MemberContext,
  formId: string,
  { timing, recipients, span, by, ...rest }: contracts.NewExportSchedule,
): Promise<{ id: string }> {
  const now = ctx.deps.clock.now()
  const content = by === undefined ? rest : { ...rest, by }
  return ctx.inOrg(async (scope) => {
    const form = found(await formById(scope, formId))
    if (form.state === 'ended') throw new AppError('form.ended')
    if ((form.periodKind === 'once') !== (span === undefined)) throw new AppError('export.range')
    const allowed = await repo.adminsWhoMay(scope, 'submissions.read', mostCandidates)
    if (!recipients.every((id) => allowed.some(({ memberId }) => memberId === id)))
      throw new AppError('export.recipient')
    const id = newId()
    const nextAt = nextRunAt(timing, now, (await formOrg(scope)).timeZone)
    const stored = await repo.insert(scope, {
      ...{ id, formId, timing, recipients, nextAt, now },
      ownerId: ctx.memberId,
      content: span === undefined ? content : { ...content, span },
      most: scheduleLimits.perForm,
    })
    if (!stored) throw new AppError('export.schedules-full', { most: scheduleLimits.perForm })
    await oweRun(scope, id, now, nextAt)
    await appendAudit(scope, {
      action: 'export.scheduled',
      object: `form:${formId}`,
      people: recipients,
      detail: { shape: content.shape, span: span ?? null },
      at: now,
    })
    return { id }
  })
}

interface Named {
  readonly formId: string
  readonly scheduleId: string
}
const objectOf = ({ formId, scheduleId }: Named) => `form:${formId}/export-schedule:${scheduleId}`

/** Pauses one, or lets it go on: from then on whoever says so answers for it. */
export async function setState(
  ctx: MemberContext,
  named: Named,
  state: 'active' | 'paused',
): Promise<Record<string, never>> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    const form = found(await formById(scope, named.formId))
    const row = await repo.locked(scope, named.scheduleId)
    if (row?.formId !== form.id) throw new AppError('resource.missing')
    const isOn = state === 'active'
    if (isOn && form.state === 'ended') throw new AppError('form.ended')
    const nextAt = isOn ? nextRunAt(row.timing, now, (await formOrg(scope)).timeZone) : null
    const ownerId = isOn ? ctx.memberId : row.ownerId
    await repo.update(scope, { ...row, ownerId, state, stoppedFor: null, nextAt })
    if (nextAt !== null) await oweRun(scope, row.id, now, nextAt)
    const detail = { state }
    await appendAudit(scope, {
      action: 'export.schedule-changed',
      object: objectOf(named),
      detail,
      at: now,
    })
    return {}
  })
}

export async function remove(ctx: MemberContext, named: Named): Promise<Record<string, never>> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    if (!(await repo.remove(scope, named.formId, named.scheduleId))) throw new AppError('resource.missing')
    await appendAudit(scope, { action: 'export.schedule-removed', object: objectOf(named), at: now })
    return {}
  })
}
