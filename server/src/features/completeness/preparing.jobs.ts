import { Type } from 'typebox'
import { CivilDateText, civilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf } from '@kangbao/shared/calendar/period.ts'
import type { Audience } from '@kangbao/shared/contracts/forms.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { OrgScope } from '../../db/database.ts'
import { defineJob, exponential } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { formById } from '../forms/index.ts'
import { align, everybody, type FormPeriod } from './expectations.repo.ts'
import * as preparing from './preparing.repo.ts'

/** Members whose list is written at once, in the transaction that asks for it; more are for jobs. */
export const mostAtOnce = 5_000
/** Members of one transaction: their totals are held no longer than it takes, so that filings go on meanwhile. */
const perRange = 5_000
/** Ranges one run takes before it lets other work have its turn. */
const rangesPerRun = 10

/**
 * Writes who is expected in a period of a large org, range by range (ADR 57). Safe to run twice, and two at once: how far
 * it has come is written with each range, and whoever is on the list already stays as he is.
 */
export const preparePeriod = defineJob({
  name: 'completeness.prepare',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, formId: Uuid, periodStart: CivilDateText }),
  retryAfterMs: exponential(1_000, 60_000),
  async run({ orgId, formId, periodStart }, ctx) {
    const period = { formId, periodStart: civilDate(periodStart) }
    for (let ranges = 0; ranges < rangesPerRun; ranges += 1) {
      const done = await ctx.inOrg(orgId, (scope) => prepareRange(scope, period))
      if (done === null) return
      const live = { formId, period: periodOf(done.periodKind, period.periodStart) }
      ctx.deps.live.publish(orgId, { kind: 'completeness', ...live })
      ctx.deps.live.publish(orgId, { kind: 'form', formId })
      if (done.isLast) return
    }
    await ctx.inOrg(orgId, (scope) => owePreparing(scope, period, ctx.deps.clock.now()))
  },
})

/** One range of members; null when there is nothing left to do. */
async function prepareRange(scope: OrgScope, period: FormPeriod) {
  const range = await preparing.takeRange(scope, period, perRange)
  const form = await formById(scope, period.formId)
  if (!range || !form) return null
  // Read after the period is held: who changes the audience waits for it, and has everybody gone through anew.
  await align(scope, period, { audience: form.settings.audience, members: range })
  await preparing.finishRange(scope, period, range, perRange)
  return { periodKind: form.periodKind, isLast: range.to === null }
}

async function owePreparing(
  scope: OrgScope,
  { formId, periodStart }: FormPeriod,
  now: EpochMs,
): Promise<void> {
  const data = { orgId: scope.orgId, formId, periodStart }
  await emit(scope, preparePeriod, data, { now, dedupKey: `${formId}/${periodStart}` })
}

/**
 * Brings the list of everybody expected in an opened period in step with the directory and the audience: at once where they
 * are few, by jobs from the first member on where they are many.
 */
export async function alignEverybody(
  scope: OrgScope,
  period: FormPeriod,
  audience: Audience,
  now: EpochMs,
): Promise<void> {
  if (await preparing.hasMoreMembers(scope, mostAtOnce)) {
    await preparing.beginPreparing(scope, period, now)
    await owePreparing(scope, period, now)
  } else await align(scope, period, { audience, members: everybody })
}
