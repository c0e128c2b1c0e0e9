import { parseCivilDate, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { isPeriodOf, periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import { becomesKeeper, longestHistory, needsWords, stateAfter } from '@kangbao/shared/cases/case-acts.ts'
import type * as contracts from '@kangbao/shared/contracts/cases.ts'
import type { BodyOf, ParamsOf, QueryOf, ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import { findingFacet } from '@kangbao/shared/forms/facets.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import type { SealedPlace } from '../../ports/vault.ts'
import { narrow, viewOf, type View } from '../completeness/index.ts'
import { formFacts, type FormFacts } from '../forms/index.ts'
import * as repo from './cases.repo.ts'
import type { CaseKey, CaseRow } from './cases.repo.ts'

const defaultPage = 50

type Params = ParamsOf<typeof contracts.getCase>

/** Where a note is sealed for. */
export function notePlace(orgId: string, id: string): SealedPlace {
  return { orgId, table: 'case_notes', column: 'note', row: id }
}

function caseView({ form, definition }: FormFacts, row: CaseRow): contracts.AbnormalCase {
  return {
    memberId: row.memberId,
    period: periodOf(form.periodKind, row.periodStart),
    name: row.name,
    department: row.department,
    state: row.state,
    isByAnswer: row.isByAnswer,
    lookedAfterBy: row.keeper,
    findings: definition.findings
      .filter((rule) => row.facets.includes(findingFacet(rule)))
      .map(({ id }) => id),
    version: row.version,
    openedAt: row.openedAt,
    changedAt: row.changedAt,
  }
}

/** Cases a caller may see, the newest period first (Z-38). */
export async function list(
  ctx: MemberContext,
  formId: string,
  { state, departmentId, from, to, cursor, limit = defaultPage }: QueryOf<typeof contracts.listCases>,
): Promise<ResponseOf<typeof contracts.listCases>> {
  const facts = found(await formFacts(ctx.deps.database, ctx.orgId, formId))
  const departmentIds = narrow(await viewOf(ctx, formId), departmentId)
  const filter = { state, departmentIds, from: dayIn(from), to: dayIn(to), before: readCursor(cursor) }
  const rows = await ctx.inOrg((scope) => repo.listCases(scope, formId, { ...filter, limit: limit + 1 }))
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map((row) => caseView(facts, row)),
    nextCursor: rows.length > limit && last ? `${last.periodStart}_${last.memberId}` : null,
  }
}

function dayIn(text: string | undefined): CivilDate | undefined {
  if (text === undefined) return undefined
  const day = parseCivilDate(text)
  if (day === null) throw new AppError('request.invalid', { part: 'querystring' })
  return day
}

function readCursor(cursor: string | undefined): { day: CivilDate; memberId: string } | null {
  if (cursor === undefined) return null
  const match = /^(\d{4}-\d{2}-\d{2})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor)
  const day = parseCivilDate(match?.[1] ?? '')
  if (day === null || !match?.[2])
    throw new AppError('request.invalid', { part: 'querystring', at: '/cursor' })
  return { day, memberId: match[2] }
}

/** How many wait for somebody, and how many are under way. */
export async function counts(
  ctx: MemberContext,
  formId: string,
  { departmentId }: QueryOf<typeof contracts.countCases>,
): Promise<ResponseOf<typeof contracts.countCases>> {
  found(await formFacts(ctx.deps.database, ctx.orgId, formId))
  const departmentIds = narrow(await viewOf(ctx, formId), departmentId)
  return ctx.inOrg(async (scope) => ({
    open: await repo.countCases(scope, formId, { state: 'open', departmentIds }),
    contacted: await repo.countCases(scope, formId, { state: 'contacted', departmentIds }),
  }))
}

async function keyed(
  ctx: MemberContext,
  { formId, period, memberId }: Params,
): Promise<{ facts: FormFacts; key: CaseKey; view: View }> {
  const facts = found(await formFacts(ctx.deps.database, ctx.orgId, formId))
  if (!isPeriodOf(facts.form.periodKind, period)) throw new AppError('resource.missing')
  return {
    facts,
    key: { formId, memberId, periodStart: periodStart(period) },
    view: await viewOf(ctx, formId),
  }
}

/**
 * One case with what was done about it.
 * @throws AppError `resource.missing`, also for one outside the caller's departments.
 */
export async function read(ctx: MemberContext, params: Params): Promise<contracts.CaseFile> {
  const { facts, key, view } = await keyed(ctx, params)
  return ctx.inOrg(async (scope) => caseFile(ctx, scope, facts, found(await repo.caseOf(scope, key, view))))
}

async function caseFile(
  { deps, orgId }: MemberContext,
  scope: OrgScope,
  facts: FormFacts,
  row: CaseRow,
): Promise<contracts.CaseFile> {
  const notes = await repo.listNotes(scope, row, longestHistory)
  const history = await Promise.all(
    notes.map(async ({ note, ...event }) => ({
      ...event,
      note: note && (await deps.vault.open(notePlace(orgId, event.id), note)),
    })),
  )
  return { ...caseView(facts, row), history }
}

/**
 * Does one act about a case, if it still is as the caller has seen it: of two at once the second is told (Z-38).
 * @throws AppError `case.changed`, `case.words-missing`, `case.full`, `resource.missing`.
 */
export async function act(
  ctx: MemberContext,
  params: Params,
  { act: what, version, note: given = '' }: BodyOf<typeof contracts.actOnCase>,
): Promise<contracts.CaseFile> {
  const words = given.trim()
  if (needsWords(what) && words === '') throw new AppError('case.words-missing')
  const { facts, key, view } = await keyed(ctx, params)
  const { clock, vault } = ctx.deps
  const at = clock.now()
  const id = newId()
  const note = words === '' ? null : await vault.seal(notePlace(ctx.orgId, id), words)
  const file = await ctx.inOrg(async (scope) => {
    const row = found(await repo.caseOf(scope, key, view, 'locked'))
    const state = stateAfter(row.state, what)
    if (state === null || (what !== 'note' && version !== row.version)) throw new AppError('case.changed')
    if ((await repo.countActs(scope, key)) >= longestHistory) throw new AppError('case.full')
    if (what !== 'note') {
      const isKeeper = becomesKeeper(what, row.keeper !== null)
      const keeper = isKeeper ? ctx.memberId : (row.keeper?.memberId ?? null)
      await repo.saveCase(scope, key, { state, keeper, at })
    }
    await repo.addNote(scope, key, { id, kind: what, by: ctx.memberId, note, at })
    await appendAudit(scope, {
      action: 'case.followed',
      object: `form:${params.formId}/${params.period}`,
      people: [params.memberId],
      // What was written stays with the case: it is about a person's health.
      detail: { act: what },
      at,
    })
    return caseFile(ctx, scope, facts, found(await repo.caseOf(scope, key, view)))
  })
  ctx.deps.live.publish(ctx.orgId, { kind: 'completeness', formId: params.formId, period: params.period })
  return file
}
