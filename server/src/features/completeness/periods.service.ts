import { LRUCache } from 'lru-cache'
import { civilDayOf, instantAt, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import { windowState } from '@kangbao/shared/calendar/window.ts'
import type { Database, OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import {
  formOrg,
  formWindow,
  isExpectedOn,
  listPublished,
  type FormFacts,
  type PublishedForm,
} from '../forms/index.ts'
import { oweOnTime, oweRecount } from './completeness.jobs.ts'
import * as expectations from './expectations.repo.ts'
import { changeDue } from './on-time.repo.ts'
import { alignEverybody } from './preparing.jobs.ts'

type OpenedForm = Pick<PublishedForm, 'id' | 'periodKind' | 'settings'>

/**
 * Opens a period: everybody in the audience who is here now is expected, where they stand now. Of a large org the list is
 * written by jobs, and the period is open before it is complete. Safe to call again. Returns whether this call opened it.
 */
export async function openPeriod(
  scope: OrgScope,
  form: OpenedForm,
  start: CivilDate,
  now: EpochMs,
): Promise<boolean> {
  const period = { formId: form.id, periodStart: start }
  const dueAt = dueAtOf(form, start, (await formOrg(scope)).timeZone)
  // Opened after that moment nobody could have been on time, so nobody is late.
  const isAhead = dueAt !== null && dueAt > now
  if (!(await expectations.insertPeriod(scope, period, now, isAhead ? dueAt : null))) return false
  await alignEverybody(scope, period, form.settings.audience, now)
  await oweRecount(scope, period, now)
  if (isAhead) await oweOnTime(scope, period, dueAt, now)
  return true
}

/** Until when filing a day is on time; null for forms that name no moment, and for those of no day. */
function dueAtOf({ periodKind, settings }: OpenedForm, start: CivilDate, zone: string): EpochMs | null {
  const { onTimeUntil } = settings
  return periodKind !== 'day' || onTimeUntil === undefined ? null : instantAt(start, onTimeUntil, zone)
}

/** Periods known to be open: asked for once by each process, not at every filing. */
const openedPeriods = new WeakMap<Database, LRUCache<string, true>>()

function knownOpen(database: Database): LRUCache<string, true> {
  const known = openedPeriods.get(database) ?? new LRUCache<string, true>({ max: 50_000 })
  openedPeriods.set(database, known)
  return known
}

/** Opens the period going on now if nobody has: whoever comes first, a ticker, a filler or a reader. */
export async function ensureOpened(
  deps: Pick<Deps, 'database' | 'clock'>,
  { form, org }: FormFacts,
  period: string,
): Promise<void> {
  const now = deps.clock.now()
  const today = civilDayOf(now, org.timeZone)
  const isCurrent = form.state === 'published' && period === periodOf(form.periodKind, today)
  if (!isCurrent || !isExpectedOn(form, org, today)) return
  if (windowState(formWindow(form, org, period), now) === 'closed') return
  const key = `${form.orgId}/${form.id}/${period}`
  if (knownOpen(deps.database).has(key)) return
  await deps.database.inOrg(form.orgId, { kind: 'system', name: 'open-period' }, (scope) =>
    openPeriod(scope, form, periodStart(period), now),
  )
  knownOpen(deps.database).set(key, true)
}

/** The opened periods of the org's forms that are going on now. */
async function openPeriods(scope: OrgScope, now: EpochMs) {
  const { timeZone } = await formOrg(scope)
  const today = civilDayOf(now, timeZone)
  const periods = (await listPublished(scope)).map((form) => ({
    form,
    period: { formId: form.id, periodStart: periodStart(periodOf(form.periodKind, today)) },
  }))
  const opened = []
  for (const each of periods) if (await expectations.isOpened(scope, each.period)) opened.push(each)
  return opened
}

/** Periods whose live totals still move: opened, and going on now. */
export async function currentPeriods(
  scope: OrgScope,
  now: EpochMs,
): Promise<readonly expectations.FormPeriod[]> {
  return (await openPeriods(scope, now)).map(({ period }) => period)
}

/**
 * Brings the periods going on now in step with the directory after members joined, moved or left, or (`'all'`) after
 * departments did. Closed periods stay as they were.
 * @param filedForm The form that is being filed: who is away is expected by it all the same, and by no other.
 */
export async function membersChanged(
  scope: OrgScope,
  memberIds: readonly string[] | 'all',
  now: EpochMs,
  filedForm?: string,
): Promise<void> {
  if (memberIds.length === 0) return
  for (const { form, period } of await openPeriods(scope, now)) {
    const { audience } = form.settings
    if (memberIds === 'all') await alignEverybody(scope, period, audience, now)
    else
      await expectations.align(scope, period, {
        audience,
        members: memberIds,
        evenAway: form.id === filedForm,
      })
  }
}

/** The same after the settings of a form were changed: whom it asks, and until when filing is on time. */
export async function settingsChanged(scope: OrgScope, form: PublishedForm, now: EpochMs): Promise<void> {
  for (const { form: open, period } of await openPeriods(scope, now)) {
    if (open.id !== form.id) continue
    await alignEverybody(scope, period, form.settings.audience, now)
    const dueAt = dueAtOf(form, period.periodStart, (await formOrg(scope)).timeZone)
    if ((await changeDue(scope, period, dueAt)) && dueAt !== null) await oweOnTime(scope, period, dueAt, now)
  }
}
