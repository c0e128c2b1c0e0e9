import { LRUCache } from 'lru-cache'
import { civilDayOf, type CivilDate, type EpochMs } from '@kangbao/shared/calendar/civil-day.ts'
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
import { oweRecount } from './completeness.jobs.ts'
import * as expectations from './expectations.repo.ts'

/**
 * Opens a period: everybody in the audience who is here now is expected, where they stand now. Safe to call again.
 * Returns whether this call opened it.
 */
export async function openPeriod(
  scope: OrgScope,
  form: Pick<PublishedForm, 'id' | 'settings'>,
  start: CivilDate,
  now: EpochMs,
): Promise<boolean> {
  const period = { formId: form.id, periodStart: start }
  if (!(await expectations.insertPeriod(scope, period, now))) return false
  await expectations.align(scope, period, { audience: form.settings.audience, memberIds: 'all' })
  await oweRecount(scope, period, now)
  return true
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
 */
export async function membersChanged(
  scope: OrgScope,
  memberIds: readonly string[] | 'all',
  now: EpochMs,
): Promise<void> {
  if (memberIds.length === 0) return
  for (const { form, period } of await openPeriods(scope, now)) {
    await expectations.align(scope, period, { audience: form.settings.audience, memberIds })
  }
}

/** The same after the audience of a form was changed. */
export async function audienceChanged(scope: OrgScope, form: PublishedForm, now: EpochMs): Promise<void> {
  for (const { form: open, period } of await openPeriods(scope, now)) {
    if (open.id === form.id)
      await expectations.align(scope, period, { audience: form.settings.audience, memberIds: 'all' })
  }
}
