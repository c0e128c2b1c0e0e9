import { addDays, civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { onceStart, periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import type { QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/submissions.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { filesForOthers } from '@kangbao/shared/filing/for-colleague.ts'
import { answeringDay } from '@kangbao/shared/forms/answering-day.ts'
import { answersStillFitting } from '@kangbao/shared/forms/design/succession.ts'
import { visibleFields } from '@kangbao/shared/forms/visibility.ts'
import { findingIds } from '@kangbao/shared/forms/facets.ts'
import { withoutAlerts } from '@kangbao/shared/rules/alerts.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Vault } from '../../ports/vault.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { ensureOpened, isMemberAsked } from '../completeness/index.ts'
import { fillingConsent } from '../consents/index.ts'
import { standingOf } from '../directory/index.ts'
import { definitionOf, formFacts, formWindow, windowView, type FormFacts } from '../forms/index.ts'
import { answersPlace } from './filing.ts'
import { openForms } from './open-forms.ts'
import * as repo from './submissions.repo.ts'
import type { SubmissionRow } from './submissions.repo.ts'

const defaultPage = 50
/** "Same as last time" reaches back this far, over holidays. */
const carriesForDays = 31

/** Kinds are not stored with answers: once-only ones lie at their own day, the rest is told by the form. */
function periodOfRow(row: SubmissionRow, definition: FormDefinition): string {
  return row.periodStart === onceStart ? 'once' : periodOf(definition.period, row.periodStart)
}

export async function openAnswers(vault: Vault, orgId: string, row: SubmissionRow): Promise<Answers> {
  return JSON.parse(await vault.open(answersPlace({ ...row, orgId }, row.revision), row.answers)) as Answers // sealed by the writer
}

/** The receipt of a stored submission; findings are read off its facets, so nothing has to be opened. */
export function receiptOfRow(row: SubmissionRow, definition: FormDefinition): contracts.Receipt {
  return {
    submissionId: row.id,
    number: row.number,
    formId: row.formId,
    period: periodOfRow(row, definition),
    revision: row.revision,
    filedAt: new Date(row.revisedAt).toISOString(),
    findings: findingIds(definition, row.facets),
    isAbnormal: row.isAbnormal,
    ...(row.filedAs && { filedAs: row.filedAs }),
  }
}

/** Everything the phone needs to fill one form now (Z-34). */
export async function filling(ctx: MemberContext, formId: string): Promise<contracts.Filling> {
  const { deps, orgId, memberId } = ctx
  const facts = found(await formFacts(deps.database, orgId, formId))
  const { form, definition, org } = facts
  if (form.state === 'ended') throw new AppError('form.ended')
  const now = deps.clock.now()
  const today = civilDayOf(now, org.timeZone)
  const period = periodOf(form.periodKind, today)
  await ensureOpened(deps, facts, period)
  const sheet = { formId, memberId, periodStart: periodStart(period) }
  return ctx.inOrg(async (scope) => {
    await forbidUnlessAsked(ctx, scope, facts)
    const mine = await repo.bySheet(scope, sheet)
    const profile = found(await repo.profileOf(scope, memberId))
    return {
      formId,
      definition: withoutAlerts(definition),
      formVersion: form.version,
      period,
      today,
      orgName: org.name,
      window: windowView(formWindow(form, org, period), now),
      profile: { ...profile, phone: await ownPhone(ctx, profile.phone) },
      mine: mine && {
        answers: await fittingAnswers(ctx, scope, facts, mine),
        receipt: receiptOfRow(mine, definition),
      },
      last: await carriedAnswers(ctx, scope, facts, sheet),
      consent: await fillingConsent(scope, facts, memberId),
    }
  })
}

async function forbidUnlessAsked(ctx: MemberContext, scope: OrgScope, { form }: FormFacts): Promise<void> {
  if (form.settings.whoMayFill === 'anyone') return
  if (ctx.isGuest || !(await isMemberAsked(scope, form.settings.audience, ctx.memberId)))
    throw new AppError('form.not-in-audience')
}

async function ownPhone(
  { deps, orgId, memberId }: MemberContext,
  sealed: Buffer | null,
): Promise<string | null> {
  return sealed === null
    ? null
    : deps.vault.open({ orgId, table: 'members', column: 'phone', row: memberId }, sealed)
}

/** Stored answers as far as they answer the form as it is asked now (Z-37). */
async function fittingAnswers(
  { deps, orgId }: MemberContext,
  scope: OrgScope,
  { form, definition, org }: FormFacts,
  row: SubmissionRow,
): Promise<Answers> {
  const given = await openAnswers(deps.vault, orgId, row)
  if (row.formVersion === form.version) return given
  const then = await definitionOf(scope, row.formId, row.formVersion)
  return then ? answersStillFitting(definition, then, given, civilDayOf(deps.clock.now(), org.timeZone)) : {}
}

/** The answers of the last filled period that "same as last time" may take over; risk questions are asked afresh. */
async function carriedAnswers(
  ctx: MemberContext,
  scope: OrgScope,
  facts: FormFacts,
  sheet: repo.Sheet,
): Promise<contracts.Filling['last']> {
  const { form, definition, org } = facts
  if (form.periodKind === 'once') return null
  const row = await repo.lastBefore(scope, sheet, addDays(sheet.periodStart, -carriesForDays))
  if (!row) return null
  const given = await fittingAnswers(ctx, scope, facts, row)
  const period = periodOfRow(row, definition)
  const revisions = await repo.listRevisions(scope, row)
  const day = answeringDay(period, revisions, org.timeZone)
  const answers: Record<string, Answers[string]> = {}
  for (const field of visibleFields(definition, given, day)) {
    const value = given[field.id]
    if (field.carried && value !== undefined) answers[field.id] = value
  }
  return Object.keys(answers).length === 0 ? null : { period, answers }
}

/** Forms this member is asked to fill now, unfilled first. */
export async function myForms(ctx: MemberContext): Promise<ResponseOf<typeof contracts.listMyForms>> {
  const candidates = await openForms(ctx)
  const { filedAt, filer } = await ctx.inOrg(async (scope) => ({
    filedAt: await repo.expectedOf(scope, ctx.memberId, candidates),
    filer: await standingOf(scope, ctx.memberId),
  }))
  const items = candidates.flatMap(({ facts: { form, definition }, period, window }): contracts.MyForm[] => {
    const at = filedAt.get(form.id)
    if (at === undefined) return []
    return [
      {
        formId: form.id,
        title: definition.title,
        periodKind: form.periodKind,
        period,
        window,
        filedAt: at === null ? null : new Date(at).toISOString(),
      },
    ]
  })
  return {
    items: items.sort((a, b) => Number(a.filedAt !== null) - Number(b.filedAt !== null)),
    filesForOthers: filer !== null && !ctx.isGuest && filesForOthers(filer),
  }
}

/** What the member has filed, newest first. */
export async function history(
  ctx: MemberContext,
  { cursor, limit = defaultPage }: QueryOf<typeof contracts.listMySubmissions>,
): Promise<ResponseOf<typeof contracts.listMySubmissions>> {
  return ctx.inOrg(async (scope) => {
    const rows = await repo.listOwn(scope, ctx.memberId, { before: readCursor(cursor), limit: limit + 1 })
    const page = rows.slice(0, limit)
    const items = []
    for (const row of page) {
      const definition = found(await definitionOf(scope, row.formId, row.formVersion))
      items.push({ ...receiptOfRow(row, definition), title: definition.title })
    }
    const last = page.at(-1)
    const next = rows.length > limit && last ? `${new Date(last.filedAt).toISOString()}_${last.id}` : null
    return { items, nextCursor: next }
  })
}

function readCursor(cursor: string | undefined): { at: string; id: string } | null {
  if (cursor === undefined) return null
  const match = /^(\d{4}-\d{2}-\d{2}T[\d:.]+Z)_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor)
  if (!match?.[1] || !match[2] || Number.isNaN(Date.parse(match[1])))
    throw new AppError('request.invalid', { part: 'querystring', at: '/cursor' })
  return { at: match[1], id: match[2] }
}
