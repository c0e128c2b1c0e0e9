import { Type } from 'typebox'
import { civilDate } from '@kangbao/shared/calendar/civil-day.ts'
import { CivilDateText } from '@kangbao/shared/calendar/civil-day.ts'
import { Uuid } from '@kangbao/shared/contracts/fields.ts'
import type { OrgScope } from '../../db/database.ts'
import type { Deps } from '../../deps.ts'
import { defineJob, exponential } from '../../jobs/define-job.ts'
import { alertGroups, alertSubject, peopleNamed } from './alert-groups.ts'
import { alertable } from './alertable.repo.ts'
import { formFacts } from './form-facts.repo.ts'
import * as people from './people.repo.ts'
import { planPush } from './planning.service.ts'

/**
 * Tells at once of an abnormal answer those whom its rules name (Z-37, Z-38); a changed answer that is abnormal still is
 * told again.
 */
export const alertAbnormal = defineJob({
  name: 'notifications.alert',
  queue: 'push',
  data: Type.Object({ orgId: Uuid, formId: Uuid, periodStart: CivilDateText, memberId: Uuid }),
  retryAfterMs: exponential(1_000, 60_000),
  async run({ orgId, formId, periodStart, memberId }, { deps, inOrg }) {
    const period = { formId, periodStart: civilDate(periodStart) }
    await inOrg(orgId, async (scope) => {
      const facts = await people.abnormalFacts(scope, period, memberId)
      if (!facts) return // corrected meanwhile
      const candidates = await alertable(scope, period.formId, memberId, peopleNamed(facts.rules))
      for (const { rules, mayLook, recipients } of alertGroups(facts.rules, candidates))
        await planPush(deps, scope, {
          ...period,
          kind: 'abnormal',
          plannedAt: facts.revisedAt,
          subject: alertSubject({ memberId, rules: rules.map(({ number }) => number), mayLook }),
          recipients,
        })
    })
  },
})

/** Tells the publisher how many new answers came, once per gathering time (Z-31). */
export const tellNewAnswers = defineJob({
  name: 'notifications.new-answers',
  queue: 'push',
  data: Type.Object({ orgId: Uuid, formId: Uuid, periodStart: CivilDateText }),
  retryAfterMs: exponential(1_000, 60_000),
  async run({ orgId, formId, periodStart }, { deps, inOrg }) {
    const period = { formId, periodStart: civilDate(periodStart) }
    await inOrg(orgId, async (scope) => {
      const form = await formFacts(scope, formId)
      if (!form || form.isEnded || !form.settings.tellsPublisher) return
      const filed = await people.countFiledSince(scope, period, await people.lastToldAt(scope, formId))
      if (filed === 0) return
      await planPush(deps, scope, {
        ...period,
        kind: 'new-answers',
        plannedAt: deps.clock.now(),
        subject: String(filed),
        recipients: [form.publishedBy],
      })
    })
  },
})

/** Tells the admins that the government refused a report, in the transaction that notes the refusal (Z-44). */
export async function tellRefusal(
  deps: Pick<Deps, 'clock' | 'workplace'>,
  scope: OrgScope,
  refused: people.Period & { readonly reportId: string },
): Promise<void> {
  await planPush(deps, scope, {
    formId: refused.formId,
    periodStart: refused.periodStart,
    kind: 'refusal',
    plannedAt: deps.clock.now(),
    subject: refused.reportId,
    recipients: await people.adminIds(scope),
  })
}
