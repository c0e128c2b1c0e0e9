import { civilDayOf, type CivilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { periodOf, periodStart } from '@kangbao/shared/calendar/period.ts'
import type { MemberContext } from '../../http/context.ts'
import { ensureOpened } from '../completeness/index.ts'
import { formFacts, formWindow, listPublished, windowView, type FormFacts } from '../forms/index.ts'

/** A form of the org that is filled these days, with its current period, opened. */
export interface OpenForm {
  readonly facts: FormFacts
  readonly period: string
  readonly window: ReturnType<typeof windowView>
  readonly formId: string
  readonly periodStart: CivilDate
}

/** Every form of the org that is filled these days; one that is over for good is left out. */
export async function openForms(ctx: Pick<MemberContext, 'deps' | 'orgId' | 'inOrg'>): Promise<OpenForm[]> {
  const { deps, orgId } = ctx
  const published = await ctx.inOrg(listPublished)
  const now = deps.clock.now()
  const open: OpenForm[] = []
  for (const { id } of published) {
    const facts = await formFacts(deps.database, orgId, id)
    if (!facts || facts.form.state === 'ended') continue
    const period = periodOf(facts.form.periodKind, civilDayOf(now, facts.org.timeZone))
    const window = windowView(formWindow(facts.form, facts.org, period), now)
    if (window.state === 'closed' && facts.form.settings.endsOn !== null) continue
    await ensureOpened(deps, facts, period)
    open.push({ facts, period, window, formId: id, periodStart: periodStart(period) })
  }
  return open
}
