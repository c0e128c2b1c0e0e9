import { addDays, civilDayOf } from '@kangbao/shared/calendar/civil-day.ts'
import type { ResponseOf } from '@kangbao/shared/contracts/contract.ts'
import type { getMessageUsage } from '@kangbao/shared/contracts/ledger.ts'
import { forecastMonth, monthOf, platformLimits } from '@kangbao/shared/delivery/month-forecast.ts'
import type { MemberContext } from '../../http/context.ts'
import * as usage from './usage.repo.ts'

/** What the org has used of the platform this month, and what it will have at the end of it (Z-33). */
export async function usageOfMonth(ctx: MemberContext): Promise<ResponseOf<typeof getMessageUsage>> {
  const { clock, workplace, config } = ctx.deps
  const today = civilDayOf(clock.now(), usage.platformZone)
  const { firstDay, lastDay } = monthOf(today)
  const { apps, planned } = await ctx.inOrg(async (scope) => ({
    apps: await usage.usageOf(scope, firstDay),
    planned: await usage.plannedForms(scope),
  }))
  const used = apps.reduce(
    (sum, { messages, calls }) => ({ messages: sum.messages + messages, calls: sum.calls + calls }),
    { messages: 0, calls: 0 },
  )
  const callsPerMonth = config.WORKPLACE_CALLS_PER_MONTH || null
  // What was sent today is among the used; the rest of today is little beside a month.
  const forecast = forecastMonth({
    used,
    forms: planned,
    from: addDays(today, 1),
    lastDay,
    batchSize: workplace.messageBatchSize('forms'),
    callsPerMonth,
  })
  return {
    month: firstDay.slice(0, 7),
    apps,
    used,
    forecast: { messages: forecast.messages, calls: forecast.calls },
    runsOutOn: forecast.runsOutOn,
    limits: { callsPerMonth, ...platformLimits },
    forms: forecast.forms.flatMap((form) => {
      const title = planned.find(({ formId }) => formId === form.formId)?.title
      return title && form.sends > 0 ? [{ ...form, title }] : []
    }),
  }
}
