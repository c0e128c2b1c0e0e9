import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import {
  closedFields,
  grantedPurposes,
  guardianPurpose,
  isGiven,
  lackingConsents,
  noticePurpose,
  type Decision,
  type Notice,
} from '@kangbao/shared/consents/notice.ts'
import { namesChild } from '@kangbao/shared/consents/minors.ts'
import type { BodyOf } from '@kangbao/shared/contracts/contract.ts'
import type * as contracts from '@kangbao/shared/contracts/consents.ts'
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
import { consentMemory } from './consent-memory.ts'
import { insertDecisions, newestDecisions, type NewDecision } from './consents.repo.ts'

/** Whose notice a form shows: every form of a template shares it, so a form published anew does not ask again. */
export function subjectOf({ form }: Pick<FormFacts, 'form'>): string {
  return form.templateId ?? `form:${form.id}`
}

function noticeFor(facts: FormFacts): Notice {
  const notice = noticeOf(facts.definition)
  if (!notice) throw new AppError('consent.missing', { purposes: [noticePurpose] })
  return notice
}

/**
 * Lets answers through that the person was told about and, where it takes that, consented to (S-38, S-44).
 * @throws AppError `consent.missing` naming the purposes, `consent.guardian-needed`.
 */
export async function requireConsents(
  deps: Pick<Deps, 'database' | 'clock'>,
  facts: FormFacts,
  memberId: string,
  answers: Answers,
): Promise<void> {
  const notice = noticeFor(facts)
  const asked = { orgId: facts.form.orgId, memberId, subject: subjectOf(facts) }
  const decisions = await consentMemory(deps.database).decisionsOf(asked)
  const today = civilDayOf(deps.clock.now(), facts.org.timeZone)
  const isUnder14 = namesChild(facts.definition, answers, today)
  const lacking = lackingConsents(notice, decisions, answers, { isUnder14 })
  if (lacking.length === 0) return
  if (lacking.every((purpose) => purpose === guardianPurpose)) throw new AppError('consent.guardian-needed')
  throw new AppError('consent.missing', { purposes: lacking })
}

/**
 * The same for an admin who corrects: what the person did not consent to cannot be added for him.
 * @throws AppError `consent.missing`.
 */
export async function requirePurposes(
  deps: Pick<Deps, 'database'>,
  facts: FormFacts,
  memberId: string,
  answers: Answers,
): Promise<void> {
  const asked = { orgId: facts.form.orgId, memberId, subject: subjectOf(facts) }
  const decisions = await consentMemory(deps.database).decisionsOf(asked)
  const lacking = lackingConsents(noticeFor(facts), decisions, answers, { isUnder14: false })
  const purposes = lacking.filter((purpose) => purpose !== noticePurpose)
  if (purposes.length > 0) throw new AppError('consent.missing', { purposes })
}

/** What the filling page has to know: whether the notice comes first, and which questions are left out. */
export async function fillingConsent(
  deps: Pick<Deps, 'database'>,
  facts: FormFacts,
  memberId: string,
): Promise<{ isDue: boolean; closedFields: string[]; version: number | null }> {
  const notice = noticeFor(facts)
  const asked = { orgId: facts.form.orgId, memberId, subject: subjectOf(facts) }
  const decisions = await consentMemory(deps.database).decisionsOf(asked)
  return {
    isDue: !isGiven(notice, decisions, noticePurpose),
    closedFields: [...closedFields(notice, decisions)],
    version: notice.version,
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
  const shown = noticeFor(facts)
  const decisions = await ctx.inOrg((scope) => newestDecisions(scope, ctx.memberId, subjectOf(facts)))
  return {
    formId,
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
    hasGuardian: isGiven(shown, decisions, guardianPurpose),
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
  const decisions = await ctx.inOrg(async (scope) => {
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
    return newestDecisions(scope, ctx.memberId, subjectOf(facts))
  })
  consentMemory(ctx.deps.database).forget(ctx.orgId, ctx.memberId)
  return stateOf(shown, decisions)
}

async function sealedGuardian(
  { deps, orgId }: MemberContext,
  row: NewDecision,
  { name, phone }: { name: string; phone: string },
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
