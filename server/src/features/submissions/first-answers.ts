import type { FiledAs, Receipt } from '@kangbao/shared/contracts/submissions.ts'
import type { ToldConsents } from '@kangbao/shared/contracts/colleagues.ts'
import type { Answers } from '@kangbao/shared/forms/answers.ts'
import { forgetForm, isExpectedOn, type FormFacts } from '../forms/index.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { AppError } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { ensureOpened, isMemberAsked, membersChanged } from '../completeness/index.ts'
import { consentProblem, writeTold, type ToldDecisions } from '../consents/index.ts'
import { fileWithFiles } from './answer-files.ts'
import type { Filed, Filing } from './filing.ts'
import { untilPassed } from './submission-writer.ts'
import * as repo from './submissions.repo.ts'
import { filingOf, receiptOf } from './submissions.service.ts'

/** Answers that come in over somebody else’s device. */
export interface FirstAnswers {
  readonly facts: FormFacts
  readonly period: string
  /** Whose they are, and who brings them. */
  readonly memberId: string
  readonly filedBy: string
  readonly way: FiledAs['way']
  readonly answers: Answers
  /** What he decided on the notice, and over whom or where he said so. */
  readonly told: Told | undefined
}
type Told = ToldConsents & Pick<ToldDecisions, 'toldBy' | 'kioskId'>

export type FirstOutcome =
  { readonly outcome: 'saved'; readonly receipt: Receipt } | { readonly outcome: 'ended' | 'stale' }

/**
 * Stores somebody’s answers of a period if there are none yet (Z-35), with what he decided on the notice, in the caller’s
 * transaction.
 * @throws AppError `submission.filed-already`, `form.not-in-audience`, `answers.invalid`, `consent.missing`,
 *   `consent.guardian-needed`, `consent.outdated`, `phone.invalid`.
 */
export async function storeFirst(
  scope: OrgScope,
  deps: Deps,
  { facts, period, memberId, filedBy, way, answers, told }: FirstAnswers,
): Promise<FirstOutcome> {
  const { form, definition, org } = facts
  const now = deps.clock.now()
  await membersChanged(scope, [memberId], now, form.id)
  if (!(await isMemberAsked(scope, form.settings.audience, memberId)))
    throw new AppError('form.not-in-audience')
  const person = { deps, memberId, isGuest: false }
  const own = filingOf(person, facts, { formId: form.id, period, answers })
  // On a day off it is stored, and not counted.
  const filing: Filing = { ...own, filedBy, way, isExpected: isExpectedOn(form, org, own.filedOn) }
  if (await repo.bySheet(scope, filing)) throw new AppError('submission.filed-already')
  if (told) await writeTold(scope, deps, facts, { memberId, ...told })
  const result = await fileWithFiles(scope, deps, definition, { filing, before: null })
  switch (result.outcome) {
    case 'saved':
      return { outcome: 'saved', receipt: await receiptFor(scope, facts, period, filing, result.filed) }
    case 'unconsented':
      throw await consentProblem(scope, facts, memberId, filing.consents)
    case 'unexpected':
      throw new AppError('form.not-in-audience')
    case 'again':
      // Somebody was quicker, the person himself perhaps.
      throw new AppError('submission.filed-already')
    default:
      return { outcome: result.outcome }
  }
}

async function receiptFor(
  scope: OrgScope,
  { definition }: FormFacts,
  period: string,
  filing: Filing,
  filed: Filed,
): Promise<Receipt> {
  const receipt = receiptOf(definition, period, filing, filed)
  const by = (await repo.profileOf(scope, filing.filedBy))?.name ?? ''
  return { ...receipt, ...(filing.way && { filedAs: { way: filing.way, by } }) }
}

/**
 * Stores first answers in a transaction of the org, with what the caller writes down beside them, and lets the board know.
 * @throws AppError what `storeFirst` throws, `form.ended`, `submission.changed`.
 */
export async function fileFirst(
  { deps, orgId, inOrg }: Pick<MemberContext, 'deps' | 'orgId' | 'inOrg'>,
  { formId, period }: { readonly formId: string; readonly period: string },
  facts: FormFacts,
  store: (scope: OrgScope) => Promise<FirstOutcome>,
): Promise<Receipt> {
  await ensureOpened(deps, facts, period)
  const result = await untilPassed(() => inOrg(store))
  if (result.outcome === 'saved') {
    deps.live.publish(orgId, { kind: 'completeness', formId, period })
    return result.receipt
  }
  // Known here in an older state than it is in.
  forgetForm(deps.database, orgId, formId)
  throw new AppError(result.outcome === 'ended' ? 'form.ended' : 'submission.changed')
}
