import { civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import type { ColleagueFilling } from '@kangbao/shared/contracts/colleagues.ts'
import type { OrgScope } from '../../db/database.ts'
import { AppError, found } from '../../errors.ts'
import type { MemberContext } from '../../http/context.ts'
import { ensureOpened, isMemberAsked } from '../completeness/index.ts'
import { fillingConsent, noticeTo } from '../consents/index.ts'
import { formFacts, formWindow, windowView, type FormFacts } from '../forms/index.ts'
import * as repo from './submissions.repo.ts'

/** The current period of a form, opened. @throws AppError `resource.missing`, `form.ended` */
export async function current({ deps, orgId }: Pick<MemberContext, 'deps' | 'orgId'>, formId: string) {
  const facts = found(await formFacts(deps.database, orgId, formId))
  if (facts.form.state === 'ended') throw new AppError('form.ended')
  const today = civilDayOf(deps.clock.now(), facts.org.timeZone)
  const period = periodOf(facts.form.periodKind, today)
  await ensureOpened(deps, facts, period)
  return { facts, today, period }
}

/**
 * A form for somebody who fills it on a device that is not his own: with his name, and nothing of what he answered before.
 * @throws AppError `form.not-in-audience`, `submission.filed-already`, `resource.missing`.
 */
export async function blankFilling(
  { deps }: Pick<MemberContext, 'deps'>,
  scope: OrgScope,
  facts: FormFacts,
  { memberId, today, period }: { memberId: string; today: string; period: string },
): Promise<ColleagueFilling> {
  const { form, definition, org } = facts
  if (!(await isMemberAsked(scope, form.settings.audience, memberId)))
    throw new AppError('form.not-in-audience')
  if (await repo.bySheet(scope, { formId: form.id, memberId, periodStart: periodStart(period) }))
    throw new AppError('submission.filed-already')
  const { name, department } = found(await repo.profileOf(scope, memberId))
  const consent = await fillingConsent(scope, facts, memberId)
  return {
    filling: {
      formId: form.id,
      definition,
      formVersion: form.version,
      period,
      today,
      orgName: org.name,
      window: windowView(formWindow(form, org, period), deps.clock.now()),
      profile: { name, department },
      mine: null,
      last: null,
      consent,
    },
    notice: await noticeTo(scope, facts, memberId),
  }
}
