import { Type } from 'typebox'
import {
  addDays,
  CivilDateText,
  civilDate,
  civilDayOf,
  instantAt,
  type EpochMs,
} from '@kangbao/shared/calendar/civil-day.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { OrgScope } from '../../db/database.ts'
import { defineJob, exponential } from '../../jobs/define-job.ts'
import { emit } from '../../jobs/outbox.repo.ts'
import { formById, formOrg } from '../forms/index.ts'
import * as counters from './counters.repo.ts'
import { isFrozen, type FormPeriod } from './expectations.repo.ts'
import { markCounted } from './on-time.repo.ts'

/** After the day has closed and before anybody looks at the new one; spread, so that orgs do not count all at once. */
const recountAt = '02:00'
const spreadMs = 2 * 3_600_000

/**
 * Recounts one period the night after it was opened, and one without end every night, and corrects what drifted:
 * drift is a bug, so it is logged as one. Safe to run twice: the second time nothing is left to correct.
 */
export const recountPeriod = defineJob({
  name: 'completeness.recount',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, formId: Uuid, periodStart: CivilDateText }),
  retryAfterMs: exponential(60_000, 3_600_000),
  async run({ orgId, formId, periodStart }, { deps, inOrg, log }) {
    const period = { formId, periodStart: civilDate(periodStart) }
    await inOrg(orgId, async (scope) => {
      if (await isFrozen(scope, period)) return
      const drift = await counters.repair(scope, period)
      if (drift.length > 0) log.error({ orgId, ...period, drift }, 'live totals had drifted; corrected')
      const form = await formById(scope, formId)
      if (form?.periodKind !== 'day' && form?.state === 'published')
        await oweRecount(scope, period, deps.clock.now())
    })
  },
})

/** Filings that came by the moment are stored a minute later at the latest. */
const settledAfterMs = 60_000

/** Counts once who filed by the moment the form names; who files from then on is late. Safe to run twice. */
export const countOnTime = defineJob({
  name: 'completeness.on-time',
  queue: 'default',
  data: Type.Object({ orgId: Uuid, formId: Uuid, periodStart: CivilDateText, dueAt: Type.Integer() }),
  retryAfterMs: exponential(60_000, 3_600_000),
  async run({ orgId, formId, periodStart, dueAt }, { deps, inOrg }) {
    const period = { formId, periodStart: civilDate(periodStart) }
    await inOrg(orgId, async (scope) => {
      if (await isFrozen(scope, period)) return
      if (await markCounted(scope, period, dueAt, deps.clock.now())) await counters.repair(scope, period)
    })
  },
})

/** Owes the count of those on time for the minute after. */
export async function oweOnTime(
  scope: OrgScope,
  period: FormPeriod,
  dueAt: EpochMs,
  now: EpochMs,
): Promise<void> {
  const { formId, periodStart } = period
  await emit(
    scope,
    countOnTime,
    { orgId: scope.orgId, formId, periodStart, dueAt },
    { now, notBefore: dueAt + settledAfterMs, dedupKey: `${formId}/${periodStart}/${dueAt}` },
  )
}

/** Owes the recount of a period for the coming night, once. */
export async function oweRecount(scope: OrgScope, period: FormPeriod, now: EpochMs): Promise<void> {
  const { timeZone } = await formOrg(scope)
  const night = addDays(civilDayOf(now, timeZone), 1)
  const notBefore =
    instantAt(night, recountAt, timeZone) + (Number.parseInt(period.formId.slice(-6), 16) % spreadMs)
  const { formId, periodStart } = period
  await emit(
    scope,
    recountPeriod,
    { orgId: scope.orgId, formId, periodStart },
    { now, notBefore, dedupKey: `${formId}/${periodStart}/${night}` },
  )
}
