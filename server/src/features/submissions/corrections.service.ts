import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { isPeriodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import type { BodyOf, ParamsOf } from '@kangbao/shared/contracts/contract.ts'
import type { StoredFile } from '@kangbao/shared/contracts/files.ts'
import type * as contracts from '@kangbao/shared/contracts/submissions.ts'
import { answeringDay } from '@kangbao/shared/forms/answering-day.ts'
import { maskedAnswers, maskedPaths, withKept } from '@kangbao/shared/forms/masking.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { viewOf } from '../completeness/index.ts'
import { consentProblem, purposesNeeded } from '../consents/index.ts'
import { departmentNames } from '../directory/index.ts'
import { byOwner, view } from '../files/index.ts'
import { definitionOf, formFacts, type FormFacts } from '../forms/index.ts'
import { fileWithFiles, ownerOfSubmission } from './answer-files.ts'
import type { Filing } from './filing.ts'
import { openAnswers, receiptOfRow } from './own-submissions.service.ts'
import * as repo from './submissions.repo.ts'
import type { Sheet, SubmissionRow } from './submissions.repo.ts'
import { checkedAnswers, receiptOf } from './submissions.service.ts'

type Params = ParamsOf<typeof contracts.getSubmission>

async function sheetOf(
  ctx: MemberContext,
  { formId, period, memberId }: Params,
): Promise<{ facts: FormFacts; sheet: Sheet }> {
  const facts = found(await formFacts(ctx.deps.database, ctx.orgId, formId))
  if (!isPeriodOf(facts.form.periodKind, period)) throw new AppError('resource.missing')
  return { facts, sheet: { formId, memberId, periodStart: periodStart(period) } }
}

/**
 * Does something with one member's sheet that the caller may see.
 * @throws AppError `resource.missing`, also for a sheet outside his departments.
 */
export async function visibleSheet<T>(
  ctx: MemberContext,
  params: Params,
  work: (scope: OrgScope, row: SubmissionRow) => Promise<T>,
): Promise<T> {
  const { sheet } = await sheetOf(ctx, params)
  const view = await viewOf(ctx, params.formId)
  return ctx.inOrg(async (scope) => {
    const row = found(await repo.bySheet(scope, sheet))
    if (view !== 'all' && !(await repo.pathOf(scope, sheet)).some((id) => view.includes(id)))
      throw new AppError('resource.missing')
    return work(scope, row)
  })
}

/** One member's answers, masked, for an admin; the look is written down in the same transaction. */
export async function read(ctx: MemberContext, params: Params): Promise<contracts.Submission> {
  return visibleSheet(ctx, params, async (scope, row) => {
    const { formId, periodStart: start, memberId } = row
    const sheet = { formId, periodStart: start, memberId }
    const definition = found(await definitionOf(scope, sheet.formId, row.formVersion))
    await appendAudit(scope, {
      action: 'submission.read',
      object: `submission:${row.id}`,
      people: [row.memberId],
      detail: { revision: row.revision },
      at: ctx.deps.clock.now(),
    })
    const answers = maskedAnswers(definition, await openAnswers(ctx.deps.vault, ctx.orgId, row))
    return {
      receipt: receiptOfRow(row, definition),
      definition,
      answers,
      masked: maskedPaths(definition, answers),
      carried: [...row.carried],
      member: await memberOf(scope, row),
      revisions: (await repo.listRevisions(scope, sheet)).map(({ revision, filedAt, by, way, reason }) => ({
        revision,
        filedAt: new Date(filedAt).toISOString(),
        by,
        reason,
        ...(way && { way }),
      })),
    }
  })
}

/** The files of one member's answers, for whoever may see the answers; the look is written down. */
export async function readFiles(ctx: MemberContext, params: Params): Promise<{ items: StoredFile[] }> {
  return visibleSheet(ctx, params, async (scope, row) => {
    const rows = await byOwner(scope, ownerOfSubmission(row.id))
    await appendAudit(scope, {
      action: 'submission.files-read',
      object: `submission:${row.id}`,
      people: [row.memberId],
      detail: { revision: row.revision, files: rows.length },
      at: ctx.deps.clock.now(),
    })
    return { items: await Promise.all(rows.map((file) => view(ctx.deps, ctx, file))) }
  })
}

/** The member as of then: the department is the one the answers counted in. */
async function memberOf(scope: OrgScope, row: SubmissionRow) {
  const profile = await repo.profileOf(scope, row.memberId)
  const names = await departmentNames(scope, [row.departmentId])
  return { id: row.memberId, name: profile?.name ?? '', department: names.get(row.departmentId) ?? '' }
}

/** An admin corrects, whenever it is, and says why; the member's own revisions stay (Z-35). */
export async function correct(
  ctx: MemberContext,
  params: Params,
  { answers: given, reason: givenReason }: BodyOf<typeof contracts.correctSubmission>,
): Promise<contracts.Receipt> {
  const reason = givenReason.trim()
  if (reason.length < 2) throw new AppError('correction.reason-missing')
  const { facts, sheet } = await sheetOf(ctx, params)
  const now = ctx.deps.clock.now()
  const receipt = await ctx.inOrg(async (scope) => {
    const row = found(await repo.bySheet(scope, sheet))
    const definition = found(await definitionOf(scope, sheet.formId, row.formVersion))
    // Who corrects has seen masks: one left as it was keeps the answer behind it (S-36).
    const answers = withKept(definition, given, await openAnswers(ctx.deps.vault, ctx.orgId, row))
    const filing = correctionOf(ctx, facts, row, {
      ...checkedAnswers(definition, answers, await dayOf(scope, facts, params, row)),
      reason,
      consents: purposesNeeded(facts, given),
    })
    const result = await fileWithFiles(scope, ctx.deps, definition, { filing, before: row })
    if (result.outcome === 'unconsented')
      throw await consentProblem(scope, facts, row.memberId, filing.consents)
    if (result.outcome !== 'saved') throw new AppError('submission.changed')
    await appendAudit(scope, {
      action: 'submission.corrected',
      object: `submission:${row.id}`,
      people: [row.memberId],
      // The reason stays with the revision: what people write may be about people.
      detail: { revision: row.revision + 1 },
      at: now,
    })
    return receiptOf(definition, params.period, filing, result.filed)
  })
  ctx.deps.live.publish(ctx.orgId, { kind: 'completeness', formId: params.formId, period: params.period })
  return receipt
}

/** Dates in the answers are judged by the day they were given for, not by the day of the correction. */
async function dayOf(scope: OrgScope, { org }: FormFacts, { period }: Params, row: SubmissionRow) {
  return answeringDay(period, await repo.listRevisions(scope, row), org.timeZone)
}

function correctionOf(
  { deps, orgId, memberId }: MemberContext,
  { form, org }: FormFacts,
  row: SubmissionRow,
  checked: Pick<Filing, 'answers' | 'facets' | 'isAbnormal' | 'reason' | 'consents'>,
): Filing {
  return {
    ...checked,
    orgId,
    formId: row.formId,
    periodKind: form.periodKind,
    periodStart: row.periodStart,
    memberId: row.memberId,
    formVersion: row.formVersion,
    carried: [],
    filedBy: memberId,
    way: null,
    at: deps.clock.now(),
    filedOn: civilDayOf(row.filedAt, org.timeZone),
    isExpected: false,
    tellsPublisher: false,
  }
}
