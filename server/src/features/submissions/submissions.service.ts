import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { isPeriodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import { windowState } from '@kangbao/shared/calendar/window.ts'
import type { BodyOf, ParamsOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/submissions.ts'
import type { FormDefinition } from '@kangbao/shared/forms/definition.ts'
import { facetsOf, findingIds } from '@kangbao/shared/forms/facets.ts'
import { answerPath } from '@kangbao/shared/forms/paths.ts'
import { validateAnswers, type FieldProblem } from '@kangbao/shared/forms/validation.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { findingsOf, isAbnormal } from '@kangbao/shared/rules/findings.ts'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { ensureOpened, isMemberAsked, membersChanged } from '../completeness/index.ts'
import { consentProblem, consentsNeeded } from '../consents/index.ts'
import { forgetForm, formFacts, formWindow, isExpectedOn, type FormFacts } from '../forms/index.ts'
import { hasFileFields, writerOfFiles } from './answer-files.ts'
import type { Filed, Filing, Outcome } from './filing.ts'
import type { SubmissionWriter } from './submission-writer.ts'

type FilingRequest = ParamsOf<typeof contracts.fileSubmission> & BodyOf<typeof contracts.fileSubmission>

/** Files, or revises before the cut-off, one's own answers (Z-35). */
export async function file(
  ctx: MemberContext,
  writer: SubmissionWriter,
  request: FilingRequest,
): Promise<contracts.Receipt> {
  const facts = await fillable(ctx, request)
  const filing = filingOf(ctx, facts, request)
  const { definition } = facts
  const filer = hasFileFields(definition) ? writerOfFiles(ctx, definition) : writer
  const result = await settled(ctx, filer, facts, { filing, period: request.period })
  if (result.outcome === 'saved') {
    ctx.deps.live.publish(ctx.orgId, { kind: 'completeness', formId: request.formId, period: request.period })
    return receiptOf(facts.definition, request.period, filing, result.filed)
  }
  if (result.outcome === 'unconsented')
    throw await ctx.inOrg((scope) => consentProblem(scope, facts, ctx.memberId, filing.consents))
  forgetForm(ctx.deps.database, ctx.orgId, request.formId)
  if (result.outcome === 'stale') return file(ctx, writer, request)
  if (result.outcome === 'ended') throw new AppError('form.ended')
  if (result.outcome === 'unexpected') throw new AppError('form.not-in-audience')
  throw new AppError('submission.changed')
}

/** @throws AppError when the form or period is none, or takes no answers now. */
export async function fillable(
  { deps, orgId, isGuest }: Pick<MemberContext, 'deps' | 'orgId' | 'isGuest'>,
  { formId, period }: { formId: string; period: string },
): Promise<FormFacts> {
  const facts = found(await formFacts(deps.database, orgId, formId))
  const { form, org } = facts
  if (!isPeriodOf(form.periodKind, period)) throw new AppError('resource.missing')
  if (isGuest && form.settings.whoMayFill !== 'anyone') throw new AppError('form.not-in-audience')
  if (form.state === 'ended') throw new AppError('form.ended')
  const state = windowState(formWindow(form, org, period), deps.clock.now())
  if (state !== 'open') throw new AppError(state === 'closed' ? 'form.closed' : 'form.not-open')
  return facts
}

/** A member’s answers, checked, with all that follows from them. @throws AppError `answers.invalid` */
export function filingOf(
  { deps, memberId, isGuest }: Pick<MemberContext, 'deps' | 'memberId' | 'isGuest'>,
  facts: FormFacts,
  { period, answers: given, carried = [] }: FilingRequest,
): Filing {
  const { form, definition, org } = facts
  const now = deps.clock.now()
  const today = civilDayOf(now, org.timeZone)
  const checked = checkedAnswers(definition, given, today)
  return {
    ...checked,
    orgId: form.orgId,
    formId: form.id,
    periodKind: form.periodKind,
    periodStart: periodStart(period),
    memberId,
    formVersion: form.version,
    carried: carried.filter((id) => definition.fields.some((field) => field.id === id && field.carried)),
    filedBy: memberId,
    way: null,
    reason: null,
    at: now,
    filedOn: today,
    isExpected: !isGuest,
    tellsPublisher: form.settings.tellsPublisher,
    consents: consentsNeeded(facts, checked.answers, today),
  }
}

/**
 * Answers that keep the form's rules, with what follows from them.
 * @throws AppError `answers.invalid` naming every field and reason.
 */
export function checkedAnswers(definition: FormDefinition, given: Answers, today: CivilDate) {
  const validation = validateAnswers(definition, given, today)
  if (!validation.ok) throw new AppError('answers.invalid', { problems: validation.problems.map(pointed) })
  const { answers } = validation
  const findings = findingsOf(definition, answers, today)
  return { answers, facets: facetsOf(definition, answers, findings), isAbnormal: isAbnormal(findings) }
}

/** A problem with the pointer to where it is in what was sent. */
function pointed(problem: FieldProblem): FieldProblem & { readonly pointer: string } {
  return { ...problem, pointer: `answers/${answerPath(problem)}` }
}

/**
 * A member nobody expects yet may be the first of the period, may have joined a moment ago, be away and file all the same,
 * or fill a form that is open to anyone.
 */
async function settled(
  ctx: MemberContext,
  writer: SubmissionWriter,
  facts: FormFacts,
  { filing, period }: { readonly filing: Filing; readonly period: string },
): Promise<Outcome> {
  const { form, org } = facts
  const first = await writer.file(filing)
  if (first.outcome !== 'unexpected') return first
  await ensureOpened(ctx.deps, facts, period)
  const isAsked = await ctx.inOrg(async (scope) => {
    await membersChanged(scope, [filing.memberId], filing.at, form.id)
    return isMemberAsked(scope, form.settings.audience, filing.memberId)
  })
  if (isAsked && isExpectedOn(form, org, filing.filedOn)) return writer.file(filing)
  // On a day off, or by a link open to anyone: stored, not counted.
  if (isAsked || form.settings.whoMayFill === 'anyone') return writer.file({ ...filing, isExpected: false })
  return first
}

export function receiptOf(
  definition: FormDefinition,
  period: string,
  { formId, facets, isAbnormal, at }: Pick<Filing, 'formId' | 'facets' | 'isAbnormal' | 'at'>,
  { submissionId, number, revision }: Filed,
): contracts.Receipt {
  return {
    submissionId,
    number,
    formId,
    period,
    revision,
    filedAt: new Date(at).toISOString(),
    findings: findingIds(definition, facets),
    isAbnormal,
  }
}
