import {
  addDays,
  civilDate,
  civilDayOf,
  instantAt,
  type CivilDate,
  type EpochMs,
} from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart, periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import { windowState } from '@kangbao/shared/calendar/window.ts'
import type { ParamsOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/my-record.ts'
import type { OrgScope } from '../../db/database.ts'
import { found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { isMemberAsked } from '../completeness/index.ts'
import { definitionOf, formFacts, formOrg, formWindow, isExpectedOn, type FormFacts } from '../forms/index.ts'
import * as days from './own-days.repo.ts'
import { openAnswers, receiptOfRow } from './own-submissions.service.ts'
import * as repo from './submissions.repo.ts'

/** A form is sent on one day of the week at least, holidays of a week included. */
const looksAheadDays = 14

interface Standing extends FormFacts {
  readonly isAsked: boolean
}
interface View {
  readonly scope: OrgScope
  readonly now: EpochMs
  readonly zone: string
  readonly standingOf: (formId: string) => Promise<Standing | null>
}

/** A month of the member's own record (Z-35): filed, missed or open, and why what is closed is closed. */
export async function myDays(
  ctx: MemberContext,
  { cursor }: QueryOf<typeof contracts.listMyDays>,
): Promise<ResponseOf<typeof contracts.listMyDays>> {
  const now = ctx.deps.clock.now()
  return ctx.inOrg(async (scope) => {
    const { timeZone: zone } = await formOrg(scope)
    const name = cursor ?? civilDayOf(now, zone).slice(0, 7)
    const month = monthOf(name, zone)
    const asked = await days.askedIn(scope, ctx.memberId, month)
    const filed = await days.filedIn(scope, ctx.memberId, month)
    const view: View = { scope, now, zone, standingOf: standings(ctx, scope) }
    const items: contracts.MyDay[] = []
    for (const row of filed) items.push(...(await filedDay(view, row, asked.some(isSheetOf(row)))))
    for (const row of asked)
      if (!filed.some(isSheetOf(row)) && !(row.isFiled && row.periodStart === onceStart))
        items.push(...(await unfiledDay(view, row)))
    items.sort((a, b) => (a.day === b.day ? (a.formId < b.formId ? -1 : 1) : a.day < b.day ? 1 : -1))
    const before = await days.lastDayBefore(scope, ctx.memberId, month, zone)
    return { month: name, items, nextCursor: before?.slice(0, 7) ?? null }
  })
}

type Sheet = Pick<repo.Sheet, 'formId' | 'periodStart'>
const isSheetOf = (one: Sheet) => (other: Sheet) =>
  one.formId === other.formId && one.periodStart === other.periodStart

function monthOf(name: string, zone: string): days.Month {
  const first = civilDate(`${name}-01`)
  // The 28th plus four days lies in the next month, whatever the month.
  const next = civilDate(`${addDays(civilDate(`${name}-28`), 4).slice(0, 7)}-01`)
  return { first, next, from: instantAt(first, '00:00', zone), until: instantAt(next, '00:00', zone) }
}

/** Each form is looked up once for the page. */
function standings(ctx: MemberContext, scope: OrgScope): View['standingOf'] {
  const known = new Map<string, Promise<Standing | null>>()
  async function look(formId: string): Promise<Standing | null> {
    const facts = await formFacts(ctx.deps.database, ctx.orgId, formId)
    if (!facts) return null
    const { audience, whoMayFill } = facts.form.settings
    const isAsked =
      whoMayFill === 'anyone' || (!ctx.isGuest && (await isMemberAsked(scope, audience, ctx.memberId)))
    return { ...facts, isAsked }
  }
  return (formId) => {
    const standing = known.get(formId) ?? look(formId)
    known.set(formId, standing)
    return standing
  }
}

async function filedDay(
  view: View,
  row: repo.SubmissionRow,
  isExpected: boolean,
): Promise<contracts.MyDay[]> {
  const definition = await definitionOf(view.scope, row.formId, row.formVersion)
  const standing = await view.standingOf(row.formId)
  if (!definition || !standing) return []
  const receipt = receiptOfRow(row, definition)
  const isOnce = row.periodStart === onceStart
  return [
    {
      formId: row.formId,
      title: definition.title,
      periodKind: standing.form.periodKind,
      period: receipt.period,
      day: isOnce ? civilDayOf(row.filedAt, view.zone) : row.periodStart,
      state: 'filed',
      isExpected,
      receipt,
      closed: closedOf(view, standing, receipt.period),
    },
  ]
}

async function unfiledDay(view: View, row: days.AskedRow): Promise<contracts.MyDay[]> {
  const standing = await view.standingOf(row.formId)
  if (!standing) return []
  const { form, definition } = standing
  const isOnce = row.periodStart === onceStart
  const period = isOnce ? 'once' : periodOf(form.periodKind, row.periodStart)
  const closed = closedOf(view, standing, period)
  return [
    {
      formId: row.formId,
      title: definition.title,
      periodKind: form.periodKind,
      period,
      day: isOnce ? civilDayOf(row.openedAt, view.zone) : row.periodStart,
      // Filed, and its answers deleted since: it was not missed.
      state: row.isFiled ? 'filed' : closed ? 'missed' : 'open',
      isExpected: true,
      receipt: null,
      closed,
    },
  ]
}

/** Null while the period takes the member's answers. */
function closedOf(
  { now, zone }: View,
  { form, org, isAsked }: Standing,
  period: string,
): contracts.MyDay['closed'] {
  const text = (at: EpochMs | null) => (at === null ? null : new Date(at).toISOString())
  if (form.state === 'ended') return { why: 'form-ended', since: text(form.endedAt), opensAt: null }
  if (!isAsked) return { why: 'not-in-range', since: null, opensAt: null }
  const window = formWindow(form, org, period)
  if (windowState(window, now) !== 'closed') return null
  return { why: 'cut-off', since: text(window.closesAt), opensAt: text(nextOpening(form, org, now, zone)) }
}

/** When the form takes answers again: now when it does, or at the start of the next day it is asked on. */
function nextOpening(
  form: FormFacts['form'],
  org: FormFacts['org'],
  now: EpochMs,
  zone: string,
): EpochMs | null {
  if (form.periodKind !== 'day') return null
  const today = civilDayOf(now, zone)
  const isOpen = (day: CivilDate) =>
    isExpectedOn(form, org, day) && windowState(formWindow(form, org, day), now) !== 'closed'
  for (let i = 0; i <= looksAheadDays; i += 1) {
    const day = addDays(today, i)
    if (isOpen(day)) return formWindow(form, org, day).opensAt
  }
  return null
}

/** What the member filed for one period, unmasked: it is his own. */
export async function mySubmission(
  ctx: MemberContext,
  { formId, period }: ParamsOf<typeof contracts.getMySubmission>,
): Promise<contracts.MySubmission> {
  const { memberId, orgId, deps } = ctx
  return ctx.inOrg(async (scope) => {
    const sheet = { formId, memberId, periodStart: periodStart(period) }
    const row = found(await repo.bySheet(scope, sheet))
    const definition = found(await definitionOf(scope, formId, row.formVersion))
    const revisions = await repo.listRevisions(scope, sheet)
    return {
      receipt: receiptOfRow(row, definition),
      definition,
      answers: await openAnswers(deps.vault, orgId, row),
      carried: [...row.carried],
      revisions: revisions.map(({ revision, filedAt, by, way, isByOneself, reason }) => ({
        revision,
        filedAt: new Date(filedAt).toISOString(),
        isByOneself,
        reason,
        ...(way && { filedAs: { way, by } }),
      })),
    }
  })
}
