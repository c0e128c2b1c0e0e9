import {
  closedFields,
  grantedPurposes,
  guardianPurpose,
  isGiven,
  neededConsents,
  noticePurpose,
  type Decision,
  type Notice,
} from '@kangbao/shared/consents/notice.ts'
import { namesChild } from '@kangbao/shared/consents/minors.ts'
import type { BodyOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/consents.ts'
import type { CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { parseMobile } from '@kangbao/shared/identity/phone.ts'
import { noticeOf } from '@kangbao/shared/programmes/catalogue.ts'
import { appendAudit } from '../../db/audit.repo.ts'
import type { OrgScope } from '../../db/database.ts'
import { newId } from '../../db/ids.ts'
import type { Deps } from '../../deps.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { isMemberAsked } from '../completeness/index.ts'
import { formFacts, retentionDaysOf, type FormFacts } from '../forms/index.ts'
import { insertDecisions, newestDecisions, type NewDecision } from './consents.repo.ts'

/** Whose notice a form shows: every form of a template shares it, so a form published anew does not ask again. */
export function subjectOf({ form }: Pick<FormFacts, 'form'>): string {
  return form.templateId ?? `form:${form.id}`
}

export function noticeFor(facts: FormFacts): Notice {
  const notice = noticeOf(facts.definition)
  if (!notice) throw new AppError('consent.missing', { purposes: [noticePurpose] })
  return notice
}

/** Consents that answers rest on; the statement that stores the answers looks whether all are given (S-38, S-40, S-44). */
export interface ConsentsNeeded {
  readonly subject: string
  readonly version: number
  readonly purposes: readonly string[]
}

/** What a person must have been told, and consented to, before these answers of his are stored. */
export function consentsNeeded(facts: FormFacts, answers: Answers, today: CivilDate): ConsentsNeeded {
  const shown = noticeFor(facts)
  const isUnder14 = namesChild(facts.definition, answers, today)
  return {
    subject: subjectOf(facts),
    version: shown.version,
    purposes: neededConsents(shown, answers, { isUnder14 }),
  }
}

/** The same for an admin who corrects: what the person did not consent to cannot be added for him. */
export function purposesNeeded(facts: FormFacts, answers: Answers): ConsentsNeeded {
  const shown = noticeFor(facts)
  const purposes = neededConsents(shown, answers, { isUnder14: false })
  return {
    subject: subjectOf(facts),
    version: shown.version,
    purposes: purposes.filter((purpose) => purpose !== noticePurpose),
  }
}

/** The refusal of answers whose consents are not all given: `consent.missing` with the purposes, or `consent.guardian-needed`. */
export async function consentProblem(
  scope: OrgScope,
  facts: FormFacts,
  memberId: string,
  { subject, purposes }: ConsentsNeeded,
): Promise<AppError> {
  const decisions = await newestDecisions(scope, memberId, subject)
  const lacking = purposes.filter((purpose) => !isGiven(noticeFor(facts), decisions, purpose))
  if (lacking.length > 0 && lacking.every((purpose) => purpose === guardianPurpose))
    return new AppError('consent.guardian-needed')
  return new AppError('consent.missing', { purposes: lacking })
}

/** What the filling page has to know: whether the notice comes first, and which questions are left out. */
export async function fillingConsent(
  scope: OrgScope,
  facts: FormFacts,
  memberId: string,
): Promise<{ isDue: boolean; closedFields: string[]; version: number | null }> {
  const shown = noticeFor(facts)
  const decisions = await newestDecisions(scope, memberId, subjectOf(facts))
  return {
    isDue: !isGiven(shown, decisions, noticePurpose),
    closedFields: [...closedFields(shown, decisions)],
    version: shown.version,
  }
}

async function fillerFacts(ctx: MemberContext, formId: string): Promise<FormFacts> {
  const facts = found(await formFacts(ctx.deps.database, ctx.orgId, formId))
  const { settings, state } = facts.form
  if (state === 'ended') throw new AppError('form.ended')
  if (settings.whoMayFill === 'anyone') return facts
  const isAsked =
    !ctx.isGuest && (await ctx.inOrg((scope) => isMemberAsked(scope, settings.audience, ctx.memberId)))
  if (!isAsked) throw new AppError('form.not-in-audience')
  return facts
}

export async function notice(ctx: MemberContext, formId: string): Promise<contracts.FormNotice> {
  const facts = await fillerFacts(ctx, formId)
  return ctx.inOrg((scope) => noticeTo(scope, facts, ctx.memberId))
}

/** What a form collects and why, with what this member has decided. */
export async function noticeTo(
  scope: OrgScope,
  facts: FormFacts,
  memberId: string,
): Promise<contracts.FormNotice> {
  const shown = noticeFor(facts)
  const decisions = await newestDecisions(scope, memberId, subjectOf(facts))
  return {
    formId: facts.form.id,
    title: facts.definition.title,
    orgName: facts.org.name,
    notice: shown,
    keptDays: retentionDaysOf(facts.form),
    state: stateOf(shown, decisions),
  }
}

function stateOf(shown: Notice, decisions: readonly Decision[]): contracts.ConsentState {
  return {
    isAcknowledged: isGiven(shown, decisions, noticePurpose),
    wasAcknowledged: decisions.some(
      ({ purpose, decision, version }) =>
        purpose === noticePurpose && decision === 'given' && version < shown.version,
    ),
    granted: grantedPurposes(shown, decisions),
  }
}

/** What else a refusal means for what is stored; told by the feature that deletes. */
export interface Refusal {
  readonly memberId: string
  readonly subject: string
  readonly purpose: string
  readonly now: number
}
type TakeAway = (deps: Pick<Deps, 'vault'>, scope: OrgScope, refusal: Refusal) => Promise<unknown>
let takeAway: TakeAway = () => Promise.reject(new Error('nobody takes away what is refused'))

/** Wired once: deleting reads what this feature must not know. */
export function followRefusals(next: TakeAway): void {
  takeAway = next
}

/** A purpose given before and not ticked now is withdrawn: what stands under it goes (S-40). */
async function withdrawRefused(
  { deps, orgId, memberId }: MemberContext,
  scope: OrgScope,
  refused: readonly NewDecision[],
  now: number,
): Promise<void> {
  for (const { subject, purpose } of refused) {
    const before = (await newestDecisions(scope, memberId, subject)).find((each) => each.purpose === purpose)
    if (before?.decision !== 'given') continue
    await deps.erasures.append({ kind: 'consent', orgId, memberId, subject, purpose, at: now })
    await takeAway(deps, scope, { memberId, subject, purpose, now })
  }
}

/** Every purpose gets a decision: what was not ticked was refused, and may be ticked later. */
export async function decide(
  ctx: MemberContext,
  formId: string,
  { version, granted, guardian }: BodyOf<typeof contracts.decideConsents>,
): Promise<contracts.ConsentState> {
  const facts = await fillerFacts(ctx, formId)
  const shown = noticeFor(facts)
  if (version !== shown.version) throw new AppError('consent.outdated')
  const now = ctx.deps.clock.now()
  const row = (purpose: string, isTicked: boolean): NewDecision => ({
    id: newId(),
    memberId: ctx.memberId,
    subject: subjectOf(facts),
    purpose,
    version,
    decision: isTicked ? 'given' : 'refused',
  })
  const rows = [
    row(noticePurpose, true),
    ...shown.purposes.map(({ id }) => row(id, granted.includes(id))),
    ...(guardian ? [await sealedGuardian(ctx, row(guardianPurpose, true), guardian)] : []),
  ]
  return ctx.inOrg(async (scope) => {
    const refused = rows.filter(({ decision }) => decision === 'refused')
    await withdrawRefused(ctx, scope, refused, now)
    await insertDecisions(scope, rows, now)
    await appendAudit(scope, {
      action: 'consent.given',
      object: `form:${formId}`,
      people: [ctx.memberId],
      detail: { version, granted: grantedPurposes(shown, rows).join(' ') },
      at: now,
    })
    return stateOf(shown, await newestDecisions(scope, ctx.memberId, subjectOf(facts)))
  })
}

/** A guardian's decision with who he is, sealed. @throws AppError `phone.invalid`. */
export async function sealedGuardian(
  { deps, orgId }: { readonly deps: Pick<Deps, 'vault'>; readonly orgId: string },
  row: NewDecision,
  { name, phone }: contracts.Guardian,
): Promise<NewDecision> {
  const mobile = parseMobile(phone)
  if (mobile === null) throw new AppError('phone.invalid')
  const place = guardianPlace(orgId, row.id)
  const guardian = await deps.vault.seal(place, JSON.stringify({ name: name.trim(), phone: mobile }))
  return { ...row, guardian }
}

/** Where a guardian's name and phone are sealed for. */
export function guardianPlace(orgId: string, decisionId: string) {
  return { orgId, table: 'consents', column: 'guardian', row: decisionId }
}
